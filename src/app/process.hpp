// This process and its surroundings: signals, its launcher, its memory, the environment that kernels read.
#pragma once

#include <string>

namespace mlaasim::app {

/// Fixes, through environment variables, what would make results differ from run to run or from machine to machine: the
/// code that MKL and oneDNN choose (MKL_CBWR, ONEDNN_MAX_CPU_ISA) and the number of threads. Call first in main.
void fix_numeric_environment();

/// Opens /dev/null in the place of standard input, output and error where they are closed. Else the first files that
/// the program opens would get their numbers, and what is printed would go into them. Call before any file is opened.
void open_standard_streams();

/// A write beyond the limit on file sizes (`ulimit -f`) then fails with EFBIG instead of ending the process.
void let_large_writes_fail();

/// SIGTERM, SIGUSR1 and SIGUSR2 ask for an orderly end: finish the round, commit, leave. Without a launcher so does
/// SIGINT (Ctrl-C), which says so at once; a second SIGINT ends the process as if it were not handled.
void watch_signals();
/// True once one of them has come.
[[nodiscard]] bool asked_to_stop();

/// Ends this process when the launcher that started it is gone, so that killing mpirun leaves no orphan rank behind.
void end_with_launcher();

/// True when the run's output goes to a terminal, seen through mpirun.
[[nodiscard]] bool on_terminal();
/// True when colours are wanted: a terminal, and NO_COLOR is not set (no-color.org).
[[nodiscard]] bool wants_colour();

/// Resident memory of this process, MiB.
[[nodiscard]] double resident_mib();
/// The part of it that is no file's and no other process's.
[[nodiscard]] double private_mib();
/// All addresses that are taken, which is what `ulimit -v` counts, MiB.
[[nodiscard]] double address_space_mib();

/// "host:pid"
[[nodiscard]] std::string process_name();

}  // namespace mlaasim::app
