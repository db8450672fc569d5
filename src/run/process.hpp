// This process: signals that ask it to stop, its memory, its name.
#pragma once

#include <string>

namespace mlaasim::run {

/// SIGTERM, SIGUSR1 and SIGUSR2 ask for an orderly end: finish the round, commit, leave. Without a launcher so does
/// SIGINT (Ctrl-C), which says so at once; a second SIGINT ends the process as if it were not handled.
void watch_signals();
/// True once one of them has come.
[[nodiscard]] bool asked_to_stop();

/// Resident memory of this process, MiB.
[[nodiscard]] double resident_mib();
/// The private part of it, MiB: without mapped files and memory shared with other processes.
[[nodiscard]] double private_mib();
/// All addresses that are taken, which is what `ulimit -v` counts, MiB.
[[nodiscard]] double address_space_mib();

/// "host:pid"
[[nodiscard]] std::string process_name();

}  // namespace mlaasim::run
