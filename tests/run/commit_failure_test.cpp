// Commits that fail beside the next round: the run ends with their error, and no other error of rank 0 hides it.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <thread>

#include "run/simulate.hpp"
#include "sim/arrays/array_files.hpp"
#include "sim/core/error.hpp"
#include "support/simulation.hpp"

namespace mlaasim::run {
namespace {

namespace fs = std::filesystem;

struct Watcher final : RunObserver {
    explicit Watcher(std::function<void(std::uint32_t)> before, std::function<void(std::uint32_t)> after)
        : before_round{std::move(before)}, after_round{std::move(after)} {}
    void begin_round(std::uint32_t round) override { before_round(round); }
    [[nodiscard]] std::function<void(const TrainingProgress&)> training_watcher() override { return {}; }
    void end_advertising() override {}
    void end_round(const sim::RoundRecord& round) override { after_round(round.round); }
    void end_run(const fs::path& /*trace*/) override { std::fputs("the run has ended\n", stderr); }
    void note(const std::string& /*text*/) override {}

    std::function<void(std::uint32_t)> before_round;
    std::function<void(std::uint32_t)> after_round;
};

/// The process ends by _exit after a failed commit, so each run has one of its own.
class CommitFailure : public ::testing::Test {
protected:
    CommitFailure() {
        ::testing::FLAGS_gtest_death_test_style = "threadsafe";
        testing::write_text(folder_ / "own.yaml", R"(name: own
rounds: 4
checkpoint_every: 2
data: {source: files, path: own.npz}
model: {hidden: [4]}
services: {count: 4, partition: {samples: 10}}
clients: {count: 2, stream: 5}
composition: {members: 2}
adaptation: {serving: {kind: plain}}
)");
        sim::testing::write_npz(folder_ / "own.npz", sim::testing::image_arrays(60, 20));
    }
    /// Prints the error that ends the run, and ends this process.
    [[noreturn]] void play(const std::function<void(std::uint32_t)>& before,
                           const std::function<void(std::uint32_t)>& after,
                           const std::vector<std::string>& overrides = {}) const {
        const RunRequest request{.scenario_file = (folder_ / "own.yaml").string(),
                                 .overrides = overrides,
                                 .places = {.scenario_folder = folder_.path()},
                                 .output = folder_ / "out",
                                 .started = std::chrono::steady_clock::now()};
        try {
            static_cast<void>(simulate(
                request, sim::Communicator::serial(),
                [&](const World& /*world*/, int, std::uint32_t) { return std::make_unique<Watcher>(before, after); }));
        } catch (const std::exception& error) {
            std::fprintf(stderr, "ended by: %s\n", error.what());
            ::_exit(1);
        }
        ::_exit(0);
    }
    /// Fails the commit of this round. The one before it is that of round 0, which makes the trace and is waited for.
    [[nodiscard]] std::function<void(std::uint32_t)> lose_trace_in(std::uint32_t this_round) const {
        return [this, this_round](std::uint32_t round) {
            if (round == this_round) {
                fs::rename(folder_ / "out/trace.h5", folder_ / "elsewhere.h5");
            }
        };
    }

    testing::TemporaryFolder folder_;
};

TEST_F(CommitFailure, IsToldWhereAnotherErrorEndsTheRun) {
    const auto fail = [](std::uint32_t round) {
        if (round == 3) {
            throw std::runtime_error("no round 3");
        }
    };
    EXPECT_EXIT(play(fail, lose_trace_in(2)), ::testing::ExitedWithCode(1),
                "^mlaasim: error: .*trace.h5.*No such file.*\nended by: no round 3");
}

TEST_F(CommitFailure, OfTheLastRoundEndsTheRun) {
    EXPECT_EXIT(play([](std::uint32_t) {}, lose_trace_in(4), {"checkpoint_every=4"}), ::testing::ExitedWithCode(1),
                "^ended by: .*trace.h5.*No such file");
}

TEST_F(CommitFailure, EndsTheRunAtOnceWhereRoundsAreLong) {
    using Clock = std::chrono::steady_clock;
    Clock::time_point round_0;
    Clock::duration with_first_commit{};
    const auto tell = [&](std::uint32_t round) {
        std::fprintf(stderr, "round %u\n", round);
        if (round == 0) {
            round_0 = Clock::now();
        } else if (round == 1) {
            with_first_commit = Clock::now() - round_0;
        }
    };
    const auto lose_and_wait = [&, lose = lose_trace_in(2)](std::uint32_t round) {
        lose(round);
        if (round == 2) {
            std::this_thread::sleep_for(std::max<Clock::duration>(std::chrono::seconds{1}, 20 * with_first_commit));
        }
    };
    EXPECT_EXIT(play(tell, lose_and_wait), ::testing::ExitedWithCode(1), "round 2\nended by: .*trace.h5.*No such file");
}

}  // namespace
}  // namespace mlaasim::run
