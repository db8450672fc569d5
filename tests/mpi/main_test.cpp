// Runs the tests of this program on every rank at once. Rank 0 alone speaks; any rank's failure is everybody's.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "sim/parallel/communicator.hpp"

namespace {

using mlaasim::sim::Communicator;

/// Collects this rank's failures, which the other ranks would not show.
class FailureLog : public ::testing::EmptyTestEventListener {
public:
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    void OnTestPartResult(const ::testing::TestPartResult& result) override {
        if (result.failed()) {
            const char* file = result.file_name() != nullptr ? result.file_name() : "unknown";
            text_ += std::string(file) + ":" + std::to_string(result.line_number()) + ": " + result.message() + "\n";
        }
    }

    std::string text_;
};

void print_failures_of_others(const Communicator& communicator, const std::string& mine) {
    const auto all = communicator.gather(std::as_bytes(std::span{mine}));
    for (std::size_t rank = 1; rank < all.size(); ++rank) {
        if (!all[rank].empty()) {
            std::printf("[ rank %zu ] %.*s", rank, static_cast<int>(all[rank].size()),
                        reinterpret_cast<const char*>(all[rank].data()));
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    const mlaasim::sim::MpiScope scope{argc, argv};
    ::testing::InitGoogleTest(&argc, argv);
    const auto communicator = Communicator::mpi();
    auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
    auto* log = new FailureLog;  // the listeners own it
    listeners.Append(log);
    if (!communicator.is_root()) {
        delete listeners.Release(listeners.default_result_printer());
    }
    const int failed = RUN_ALL_TESTS();
    print_failures_of_others(communicator, log->text());
    // Each rank's own failures count even if what is tested here, maximum(), were what is broken.
    return std::max(failed, static_cast<int>(communicator.maximum(failed)));
}
