#include "app/start_notice.hpp"

#include <fmt/core.h>

#include <optional>

namespace mlaasim::app {

StartNotice::StartNotice(const sim::WaitNotice& notice) {
    const std::optional<int> rank = sim::launched_rank();
    if (rank.has_value() && *rank <= 1) {
        thread_ = std::thread{[this, notice, rank] { watch(notice, *rank); }};
    }
}

StartNotice::~StartNotice() {
    {
        const std::lock_guard lock{mutex_};
        started_ = true;
    }
    started_changed_.notify_one();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void StartNotice::watch(const sim::WaitNotice& notice, int rank) {
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock{mutex_};
    for (auto after = notice.first; !started_changed_.wait_until(lock, start + after, [this] { return started_; });
         after *= 2) {
        notice.tell(
            fmt::format("rank {} ({}) has waited {} for other ranks to start MPI. Does the launcher start "
                        "mlaasim on every rank, and with the MPI that it was built with?",
                        rank, notice.process, sim::waiting_time(after)));
    }
}

}  // namespace mlaasim::app
