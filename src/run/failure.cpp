#include "run/failure.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <sstream>
#include <system_error>

#include "run/memory.hpp"
#include "run/process.hpp"
#include "sim/core/durable_files.hpp"

namespace mlaasim::run {
namespace {

std::string hint_for(int error) {
    switch (error) {
        case EFBIG: return sim::file_size_hint();
        case EAGAIN: return "the system gives no further thread or process; see `ulimit -u`";
        default: return "";
    }
}

}  // namespace

Failure failure_of(const std::exception& error, const std::string& step) {
    if (const auto* input = dynamic_cast<const sim::InputError*>(&error); input != nullptr) {
        return {input->what(), sim::ExitCode::input};
    }
    if (is_out_of_memory(error)) {
        return {out_of_memory(step).message(), sim::ExitCode::input};
    }
    if (const auto* system = dynamic_cast<const std::system_error*>(&error); system != nullptr) {
        return {sim::Problem{.what = system->what(), .hint = hint_for(system->code().value())}.message(),
                sim::ExitCode::input};
    }
    return {std::string{"this is a bug: "} + error.what(), sim::ExitCode::bug};
}

void print_error(const std::string& message) {
    std::istringstream lines{message};
    for (std::string line; std::getline(lines, line);) {
        fmt::print(stderr, "mlaasim: error: {}\n", line);
    }
    std::fflush(stderr);
}

void print_error_of_rank(int rank, const std::string& message) {
    print_error(fmt::format("rank {} ({}): {}", rank, process_name(), message));
}

}  // namespace mlaasim::run
