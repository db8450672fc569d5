#include "run/notices.hpp"

#include <fmt/core.h>

#include <cstdio>

namespace mlaasim::run {

void print_note(const std::string& text) {
    fmt::print(stderr, "mlaasim: note: {}\n", text);
    std::fflush(stderr);
}

void print_warnings(const std::vector<sim::Problem>& warnings) {
    for (const sim::Problem& warning : warnings) {
        fmt::print(stderr, "mlaasim: warning: {}\n", warning.message());
    }
    std::fflush(stderr);
}

}  // namespace mlaasim::run
