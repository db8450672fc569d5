// Traces that the user names.
#pragma once

#include <filesystem>

#include "sim/core/regular_file.hpp"

namespace mlaasim::run {

/// Throws InputError unless a trace can be read from the path without waiting: HDF5 would wait for a pipe for ever.
inline void expect_trace_file(const std::filesystem::path& file) {
    sim::expect_regular_file(file, {.subject = "the trace", .expected = "a trace.h5 file"});
}

}  // namespace mlaasim::run
