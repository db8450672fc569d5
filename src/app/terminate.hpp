// The end of a process in which memory runs out where no handler is.
#pragma once

namespace mlaasim::app {

/// From here on, std::bad_alloc that nobody catches is reported as what it is, and ends the process with
/// ExitCode::input. Others are reported as bugs and abort it. May be called before the constructors of the libraries.
void report_memory_at_terminate() noexcept;

}  // namespace mlaasim::app
