#include "app/same_start.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <system_error>

#include "run/agreement.hpp"
#include "run/failure.hpp"
#include "run/process.hpp"
#include "run/versions.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::app {
namespace {

/// How a rank was started.
struct Start {
    std::string process;
    std::string build;
    std::string folder;
    std::vector<std::string> arguments;
};

/// The arguments as one line: quoted where that is needed to tell them apart, control characters as \xNN.
std::string one_line(const std::vector<std::string>& arguments) {
    std::string line;
    for (const std::string& argument : arguments) {
        const bool quoted = argument.empty() || argument.find_first_of(" '\"\\\t\n") != std::string::npos;
        line += line.empty() ? "" : " ";
        line += quoted ? "'" : "";
        for (const char letter : argument) {
            const auto code = static_cast<unsigned char>(letter);
            line += code < 0x20 || code == 0x7f ? fmt::format("\\x{:02x}", code) : std::string{letter};
        }
        line += quoted ? "'" : "";
    }
    return line;
}

Start this_start(const std::vector<std::string>& arguments) {
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::current_path(error);
    return {.process = run::process_name(),
            .build = run::build_name(),
            .folder = error ? "a folder that is gone" : folder.string(),
            .arguments = arguments};
}

/// Each part with a zero byte after it; no part holds one.
std::string packed(const Start& start) {
    std::string text = start.process + '\0' + start.build + '\0' + start.folder + '\0';
    for (const std::string& argument : start.arguments) {
        text += argument + '\0';
    }
    return text;
}

Start unpacked(std::span<const std::byte> bytes) {
    std::string_view rest{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    const auto next = [&] {
        std::string part{rest.substr(0, rest.find('\0'))};
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        return part;
    };
    Start start{.process = next(), .build = next(), .folder = next(), .arguments = {}};
    while (!rest.empty()) {
        start.arguments.push_back(next());
    }
    return start;
}

/// What is wrong with a rank's start, as errors to print; empty when it is rank 0's.
std::vector<sim::Problem> differences(std::size_t rank, const Start& other, const Start& root) {
    const std::string who = fmt::format("rank {} ({})", rank, other.process);
    std::vector<sim::Problem> problems;
    if (other.build != root.build) {
        problems.push_back(
            {.what = fmt::format("{} is {}, but rank 0 ({}) is {}", who, other.build, root.process, root.build),
             .expected = "the same build of the program on every rank",
             .hint = "copy one program file to every node"});
    }
    if (other.arguments != root.arguments) {
        problems.push_back({.what = fmt::format(R"({} was started with "{}", but rank 0 ({}) with "{}")", who,
                                                one_line(other.arguments), root.process, one_line(root.arguments)),
                            .expected = "the same arguments on every rank",
                            .hint = "what rank 0 is told counts for the whole run; tell every rank the same"});
    }
    if (other.folder != root.folder) {
        problems.push_back({.what = fmt::format("{} was started in {}, but rank 0 ({}) in {}", who, other.folder,
                                                root.process, root.folder),
                            .expected = "the same working folder on every rank",
                            .hint = "start all ranks in one folder (mpirun --wdir, srun --chdir)"});
    }
    return problems;
}

/// What to print when not all ranks were started alike: of the first rank that differs, and how many more do.
std::string refusal(const std::vector<std::vector<std::byte>>& starts) {
    const Start root = unpacked(starts.front());
    std::vector<sim::Problem> problems;
    int more = 0;
    for (std::size_t rank = 1; rank < starts.size(); ++rank) {
        const std::vector<sim::Problem> found = differences(rank, unpacked(starts[rank]), root);
        if (problems.empty()) {
            problems = found;
        } else {
            more += found.empty() ? 0 : 1;
        }
    }
    if (more > 0) {
        problems.push_back(
            {.what = fmt::format("{} more rank{} from rank 0 too", more, more == 1 ? " differs" : "s differ")});
    }
    return problems.empty() ? "" : sim::InputError{problems}.what();
}

}  // namespace

void expect_same_start(const sim::Communicator& communicator, const std::vector<std::string>& arguments) {
    const std::string mine = packed(this_start(arguments));
    const std::vector<std::vector<std::byte>> starts = communicator.gather(std::as_bytes(std::span{mine}));
    std::string message = communicator.is_root() ? refusal(starts) : "";
    communicator.broadcast(message);
    if (message.empty()) {
        return;
    }
    if (communicator.is_root()) {
        run::print_error(message);
    }
    communicator.barrier();
    throw run::SetupFailed{static_cast<int>(sim::ExitCode::input)};
}

}  // namespace mlaasim::app
