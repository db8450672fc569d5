// `mlaasim` on the command line: how tests start it.
#pragma once

#include <filesystem>
#include <fstream>
#include <regex>
#include <string>

#include "support/program.hpp"

namespace mlaasim::testing {

/// On how many ranks a command runs; `alone`: without mpirun.
enum class Ranks : int { alone = 0 };

inline void PrintTo(Ranks ranks, std::ostream* stream) { *stream << static_cast<int>(ranks) << " ranks"; }

inline Arguments operator+(Arguments first, const Arguments& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

/// The command line of `mlaasim ARGUMENTS`.
inline Arguments mlaasim(const Arguments& arguments, Ranks ranks = Ranks::alone) {
    const Arguments program = Arguments{MLAASIM_PROGRAM} + arguments;
    if (ranks == Ranks::alone) {
        return program;
    }
    // Not bound to cores: other tests may run beside this one.
    return Arguments{
               MLAASIM_MPIEXEC, "--oversubscribe", "--bind-to", "none", "-n", std::to_string(static_cast<int>(ranks))} +
           program;
}

/// The command line that runs one of several commands on each rank, the first on rank 0. A colon between commands would
/// do the same, but the mpirun of Debian 13 then ends in a segmentation fault.
inline Arguments each_rank(const std::vector<Arguments>& commands) {
    std::string script = "case $OMPI_COMM_WORLD_RANK in ";
    for (std::size_t rank = 0; rank < commands.size(); ++rank) {
        script += std::to_string(rank) + ") exec";
        for (const std::string& word : commands[rank]) {
            // In single quotes, so that the shell takes nothing of it for its own.
            script += " '" + std::regex_replace(word, std::regex{"'"}, R"('\'')") + "'";
        }
        script += " ;; ";
    }
    return {MLAASIM_MPIEXEC, "--oversubscribe", "--bind-to", "none", "-n", std::to_string(commands.size()), "sh", "-c",
            script + "esac"};
}

/// The command line that runs a scenario into a folder.
inline Arguments simulate(const std::filesystem::path& scenario, const std::filesystem::path& folder, Ranks ranks,
                          const Arguments& further = {}) {
    return mlaasim(Arguments{"run", scenario.string(), "--output", folder.string()} + further, ranks);
}

/// A scenario beside the tests.
inline std::filesystem::path test_scenario(const std::string& name) {
    return std::filesystem::path{MLAASIM_SOURCE_DIR} / "tests" / name;
}

inline void write_text(const std::filesystem::path& file, const std::string& text) {
    std::ofstream{file, std::ios::binary} << text;
}

}  // namespace mlaasim::testing
