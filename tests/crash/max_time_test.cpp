// `run --max-time`: the run stops after a round, commits in time, and goes on later to the bits of an undisturbed run.
#include <gtest/gtest.h>

#include "crash/crash_scenario.hpp"

namespace mlaasim::testing {
namespace {

/// Rounds long enough that all of them take several seconds.
const Arguments long_rounds{"--set", "training.epochs=600", "--set", "rounds=60"};

class MaxTime : public ::testing::TestWithParam<Ranks> {};

TEST_P(MaxTime, StopsAlsoAfterAResumeAndEndsWithTheSameBits) {
    const TemporaryFolder folder;
    const std::string limit = std::to_string(slowness()) + "s";
    for (int stop = 0; stop < 2; ++stop) {
        const Outcome outcome =
            run(crash_run(folder / "stopped", GetParam(), long_rounds + Arguments{"--resume", "--max-time", limit}));
        ASSERT_EQ(outcome.exit_code, 75) << outcome;
        EXPECT_NE(outcome.output.find("stopped by --max-time after round "), std::string::npos) << outcome;
        EXPECT_EQ(outcome.output.find("resumed after round ") != std::string::npos, stop > 0) << outcome;
    }
    EXPECT_EQ(run(crash_run(folder / "stopped", GetParam(), long_rounds + Arguments{"--resume"})).exit_code, 0);
    EXPECT_EQ(run(crash_run(folder / "whole", Ranks::alone, long_rounds)).exit_code, 0);
    EXPECT_EQ(digests(folder / "stopped"), digests(folder / "whole"));
}

INSTANTIATE_TEST_SUITE_P(Ranks, MaxTime, ::testing::Values(Ranks::alone, Ranks{2}));

/// Every process plays a round at least, or a run with too little time would never end.
TEST(MaxTimeTooShort, StillPlaysARoundAtATime) {
    const TemporaryFolder folder;
    const Arguments more{"--set",    "rounds=3",   "--set", "training.epochs=10000", "--set", "adaptation.every=0",
                         "--resume", "--max-time", "1s"};
    for (int round = 1; round <= 2; ++round) {
        const Outcome outcome =
            run(crash_run(folder.path(), Ranks::alone, more + Arguments{"--set", "checkpoint_every=5"}));
        EXPECT_EQ(outcome.exit_code, 75) << outcome;
        EXPECT_NE(outcome.output.find("after round " + std::to_string(round) + ";"), std::string::npos) << outcome;
    }
    EXPECT_EQ(run(crash_run(folder.path(), Ranks::alone, more + Arguments{"--set", "checkpoint_every=5"})).exit_code,
              0);
}

TEST(MaxTimeRefused, WithoutUnit) {
    const TemporaryFolder folder;
    for (const Ranks ranks : {Ranks::alone, Ranks{2}}) {
        const Outcome outcome = run(crash_run(folder.path(), ranks, {"--max-time", "55"}));
        EXPECT_EQ(outcome.exit_code, 2) << outcome;
        EXPECT_NE(outcome.errors.find("--max-time is \"55\""), std::string::npos) << outcome;
        EXPECT_NE(outcome.errors.find("Hint: give the unit, as in --max-time 55m"), std::string::npos) << outcome;
    }
    EXPECT_FALSE(std::filesystem::exists(folder / "trace.h5"));
}

}  // namespace
}  // namespace mlaasim::testing
