// The living processes that carry a mark in their environment, which children inherit: a run's ranks, orphans too.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlaasim::testing {

/// The whole of a file as text; empty when it can't be read.
inline std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream{file, std::ios::binary};
    std::string text;
    for (char block[4096]; stream.read(block, sizeof block), stream.gcount() > 0;) {
        text.append(block, static_cast<std::size_t>(stream.gcount()));
    }
    return text;
}

struct Process {
    pid_t id;
    std::optional<int> rank;  ///< of a process that mpirun started
};

namespace detail {

inline std::optional<int> rank_in(const std::string& environment) {
    constexpr std::string_view variable = "OMPI_COMM_WORLD_RANK=";
    const auto at = environment.find(variable);
    return at == std::string::npos ? std::nullopt : std::optional{std::stoi(environment.substr(at + variable.size()))};
}

}  // namespace detail

/// `mark` is an environment variable as "NAME=value". A process that is dead but not yet waited for has none.
inline std::vector<Process> processes_with(const std::string& mark) {
    std::vector<Process> found;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc", ignored}) {
        const std::string name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") == std::string::npos) {
            const std::string environment = text_of(entry.path() / "environ");
            if (environment.find(mark + '\0') != std::string::npos) {
                found.push_back({static_cast<pid_t>(std::stoi(name)), detail::rank_in(environment)});
            }
        }
    }
    return found;
}

}  // namespace mlaasim::testing
