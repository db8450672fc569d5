#include "study/stop_signals.hpp"

#include <algorithm>
#include <initializer_list>

namespace mlaasim::study {
namespace {

bool is_ignored(int signal) {
    struct sigaction action {};
    return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

StopSignals::StopSignals() {
    ::sigemptyset(&waited_for_);
    for (const int signal : {SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD}) {
        ::sigaddset(&waited_for_, signal);
    }
    if (!is_ignored(SIGINT)) {
        ::sigaddset(&waited_for_, SIGINT);
    }
    ::sigprocmask(SIG_BLOCK, &waited_for_, &before_);
}

StopSignals::~StopSignals() {
    // What comes when all is done must not end the program on its last steps.
    while (wait(std::chrono::milliseconds{0}) != 0) {
    }
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

int StopSignals::wait(std::chrono::milliseconds longest) const {
    const timespec limit{.tv_sec = static_cast<time_t>(longest.count() / 1000),
                         .tv_nsec = static_cast<long>(longest.count() % 1000) * 1'000'000};
    return std::max(0, ::sigtimedwait(&waited_for_, nullptr, &limit));
}

}  // namespace mlaasim::study
