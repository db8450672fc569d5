// What decides bits beside scenario and seed: the build, its libraries, the compiler, the processor.
#pragma once

#include <string>

namespace mlaasim::run {

/// What LibTorch's kernels and the fused ones run on; the bits of a run hold on these.
[[nodiscard]] std::string instruction_sets();
/// The same, and who made the processor: what ranks must have in common.
[[nodiscard]] std::string processor();
/// The libraries, the compiler and the C library with their versions, on one line; for the trace.
[[nodiscard]] std::string library_versions();
/// This build: version, commit, and the linker's id of the program file.
[[nodiscard]] std::string build_name();
/// "mlaasim 0.1.0 (...)" and all of the above, one a line.
[[nodiscard]] std::string version_text();

}  // namespace mlaasim::run
