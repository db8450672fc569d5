// Says who waits when MPI does not start because a rank has not come.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "sim/parallel/communicator.hpp"

namespace mlaasim::app {

/// While it lives, ranks 0 and 1 tell that they wait for others to start MPI: after `notice.first`, and again after
/// twice that time, four times, ... A rank that runs another program never starts MPI, and no rank can name it.
class StartNotice {
public:
    explicit StartNotice(const sim::WaitNotice& notice);
    ~StartNotice();
    StartNotice(const StartNotice&) = delete;
    StartNotice& operator=(const StartNotice&) = delete;

private:
    void watch(const sim::WaitNotice& notice, int rank);

    std::mutex mutex_;
    std::condition_variable started_changed_;
    bool started_ = false;
    std::thread thread_;
};

}  // namespace mlaasim::app
