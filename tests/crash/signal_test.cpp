// A run that is asked to stop stops in good order; a run that loses a rank ends at once and says which.
#include <gtest/gtest.h>

#include "crash/crash_scenario.hpp"

namespace mlaasim::testing {
namespace {

void expect_stopped_in_order(const Outcome& outcome) {
    EXPECT_EQ(outcome.exit_code, 75) << outcome;
    EXPECT_NE(outcome.output.find("stopped by a signal after round"), std::string::npos) << outcome;
    EXPECT_NE(outcome.output.find("--resume"), std::string::npos) << outcome;
}

TEST(Signal, BatchSystemsWarningToMpirun) {
    const TemporaryFolder folder;
    Program program{crash_run(folder.path(), Ranks{2})};
    ASSERT_TRUE(program.prints(third_round)) << program.wait();
    program.signal(SIGUSR1);
    expect_stopped_in_order(program.wait());
    expect_resumes_to_same_end(folder.path(), Ranks{2});
}

TEST(Signal, TerminationWithoutMpirun) {
    const TemporaryFolder folder;
    Program program{crash_run(folder.path(), Ranks::alone)};
    ASSERT_TRUE(program.prints(third_round)) << program.wait();
    program.signal(SIGTERM);
    expect_stopped_in_order(program.wait());
    expect_resumes_to_same_end(folder.path(), Ranks::alone);
}

TEST(Signal, StoppedOnTwoRanksAndResumedOnThree) {
    const TemporaryFolder folder;
    Program program{crash_run(folder.path(), Ranks{2})};
    ASSERT_TRUE(program.prints(third_round)) << program.wait();
    program.signal(SIGUSR1);
    expect_stopped_in_order(program.wait());
    expect_resumes_to_same_end(folder.path(), Ranks{3});
}

class DeathOfRank : public ::testing::TestWithParam<int> {};

TEST_P(DeathOfRank, EndsTheRunAtOnceAndIsNamed) {
    const TemporaryFolder folder;
    Program program{crash_run(folder.path(), Ranks{3}, {"--set", "rounds=100000"})};
    ASSERT_TRUE(program.prints(third_round)) << program.wait();
    for (const Process& process : program.processes()) {
        if (process.rank == GetParam()) {
            ::kill(process.id, SIGKILL);
        }
    }
    const Outcome outcome = program.wait(30s);
    EXPECT_NE(outcome.exit_code, 0) << outcome;
    EXPECT_NE(outcome.all().find("rank " + std::to_string(GetParam())), std::string::npos) << outcome;
    EXPECT_TRUE(eventually([&] { return program.processes().empty(); }, 5s)) << "a rank outlives its run";
    EXPECT_FALSE(digests(folder.path()).empty());
}

INSTANTIATE_TEST_SUITE_P(Ranks, DeathOfRank, ::testing::Values(0, 2));

}  // namespace
}  // namespace mlaasim::testing
