#include "study/runner.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <optional>

#include "study/made_run.hpp"
#include "support/program.hpp"

namespace mlaasim::study {
namespace {

using mlaasim::testing::TemporaryFolder;

class Silent final : public SweepObserver {
public:
    void begin(const SweepProgress& /*progress*/) override {}
    void ended(const StoredPoint& point, const PointEnd& end, const SweepProgress& progress) override {
        ends.push_back({point, end});
        running_at_ends.push_back(progress.running);
    }
    void moved(const SweepProgress& /*progress*/) override {}
    [[nodiscard]] bool wants_rounds() const override { return false; }
    void stopping() override {}

    std::vector<FailedPoint> ends;
    std::vector<std::size_t> running_at_ends;
};

class Runner : public ::testing::Test {
protected:
    /// Points of which each is played by this command of the shell; its first argument is the scenario.
    [[nodiscard]] SweepOutcome play_points(std::size_t count, const std::string& command, std::size_t jobs,
                                           std::optional<std::chrono::seconds> time = {}) {
        SweepOrder order{
            .folder = folder_.path(),
            .program = {"sh", "-c", command, "point"},
            .jobs = jobs,
            .scenario_of = [](const StoredPoint& point) { return "seed: " + std::to_string(point.seed) + "\n"; }};
        for (std::size_t i = 1; i <= count; ++i) {
            order.points.push_back(
                {.index = i, .name = "seed=" + std::to_string(i), .seed = static_cast<std::int64_t>(i), .rounds = 2});
        }
        if (time) {
            order.end = std::chrono::steady_clock::now() + *time;
        }
        const StopSignals signals;
        return play(order, signals, observer_);
    }

    TemporaryFolder folder_;
    Silent observer_;
};

TEST_F(Runner, GivesEachPointItsScenarioAndFolder) {
    const SweepOutcome outcome = play_points(2, "echo \"$@\"; cat \"$1\"; exit 2", 2);
    ASSERT_EQ(outcome.failed.size(), 2U);
    EXPECT_EQ(observer_.ends.size(), 2U);
    EXPECT_EQ(observer_.running_at_ends.back(), 0U);
    const std::filesystem::path point = folder_ / "points" / "seed=1";
    EXPECT_EQ(mlaasim::testing::text_of(point / "log.txt"),
              (point / "scenario.yaml").string() + " --resume --output " + point.string() + "\nseed: 1\n");
    EXPECT_EQ(mlaasim::testing::text_of(point / "failed.txt"),
              "exit code 2\n" + mlaasim::testing::text_of(point / "log.txt"));
    EXPECT_EQ(outcome.failed[0].end.last_lines.back().substr(0, 6), "seed: ");
}

TEST_F(Runner, TellsHowAPointFailed) {
    EXPECT_EQ(play_points(1, "kill -9 $$", 1).failed.at(0).end.failure, "ended by signal 9");
    EXPECT_EQ(play_points(1, "exit 0", 1).failed.at(0).end.failure, "ended before its last round");
}

TEST_F(Runner, TakesAPointThatASignalStoppedForInterrupted) {
    const SweepOutcome outcome = play_points(2, "exit 75", 1);
    EXPECT_TRUE(outcome.failed.empty());
    EXPECT_EQ(outcome.interrupted, 2U);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "points" / "seed=1" / "failed.txt"));
}

TEST_F(Runner, TellsPointsWhatTimeIsLeftAndBeginsNoneLater) {
    const SweepOutcome outcome = play_points(20, "echo \"$@\"; sleep 1; exit 75", 1, std::chrono::seconds{3});
    EXPECT_TRUE(outcome.out_of_time);
    EXPECT_FALSE(outcome.stopped);
    EXPECT_GE(outcome.interrupted, 1U);
    EXPECT_LE(outcome.interrupted, 3U);
    // Less than the three seconds of the sweep; one where the machine is slow to begin it.
    const std::string log = mlaasim::testing::text_of(folder_ / "points" / "seed=1" / "log.txt");
    EXPECT_TRUE(log.find(" --max-time 2s\n") != std::string::npos || log.find(" --max-time 1s\n") != std::string::npos)
        << log;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "points" / "seed=5"));
}

/// A round takes three seconds at least, so that less than two are left of five.
TEST_F(Runner, BeginsNoPointThatHasNoTimeForARound) {
    testing::MadeRun made;
    made.rows.append(sim::RoundRecord{.round = 1});
    made.checkpoint.round = sim::Round{1};
    const std::filesystem::path trace = testing::write(made, folder_ / "made");
    const SweepOutcome outcome =
        play_points(3, "sleep 3; cp " + trace.string() + " \"$4\"; exit 75", 1, std::chrono::seconds{5});
    EXPECT_TRUE(outcome.out_of_time);
    EXPECT_EQ(outcome.interrupted, 1U);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "points" / "seed=2"));
}

TEST_F(Runner, IsNotOutOfTimeWhenNothingIsLeft) {
    EXPECT_FALSE(play_points(1, "exit 2", 1, std::chrono::seconds{60}).out_of_time);
}

TEST_F(Runner, GoesOnWhereAPointCantBeStarted) {
    std::filesystem::create_directories(folder_ / "points");
    std::ofstream{folder_ / "points" / "seed=1"} << "a file in the way";
    const SweepOutcome outcome = play_points(2, "exit 7", 1);
    ASSERT_EQ(outcome.failed.size(), 2U);
    EXPECT_NE(outcome.failed[0].end.failure.find("is a file"), std::string::npos) << outcome.failed[0].end.failure;
    EXPECT_EQ(outcome.failed[1].end.failure, "exit code 7");
}

}  // namespace
}  // namespace mlaasim::study
