// What a process sets up before anything else: streams, limits, its launcher, the environment that kernels read.
#pragma once

namespace mlaasim::app {

/// Fixes, through environment variables, what would make results differ from run to run or from machine to machine: the
/// code that MKL and oneDNN choose (MKL_CBWR, ONEDNN_MAX_CPU_ISA) and the number of threads. Call first in main.
void fix_numeric_environment();

/// Opens /dev/null in the place of standard input, output and error where they are closed. Else the first files that
/// the program opens would get their numbers, and what is printed would go into them. Call before any file is opened.
void open_standard_streams();

/// A write beyond the limit on file sizes (`ulimit -f`) then fails with EFBIG instead of ending the process.
void let_large_writes_fail();

/// Ends this process when the launcher that started it is gone, so that killing mpirun leaves no orphan rank behind.
void end_with_launcher();

}  // namespace mlaasim::app
