// Signals that ask a study to stop, and the end of its children, waited for together.
#pragma once

#include <chrono>
#include <csignal>

namespace mlaasim::study {

/// While it lives, SIGTERM, SIGINT, SIGUSR1, SIGUSR2 and SIGCHLD interrupt nothing: wait() takes them. To be made
/// before the process has other threads. A SIGINT that the shell lets this process ignore stays ignored.
class StopSignals {
public:
    StopSignals();
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    /// Waits for a signal, at most so long. Returns its number; 0 when none has come.
    [[nodiscard]] int wait(std::chrono::milliseconds longest) const;

private:
    sigset_t waited_for_{};
    sigset_t before_{};
};

}  // namespace mlaasim::study
