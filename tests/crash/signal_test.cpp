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

/// Many services that train for their advertisements: the signal comes before the first round.
TEST(Signal, BeforeTheFirstRound) {
    const TemporaryFolder folder;
    const Arguments many{"--set", "services.count=400", "--set", "services.partition.samples=5",
                         "--set", "rounds=2",           "--set", "training.epochs=40"};
    Program program{crash_run(folder.path(), Ranks{2}, many)};
    ASSERT_TRUE(program.prints("accuracy")) << program.wait();
    program.signal(SIGUSR1);
    const Outcome outcome = program.wait();
    expect_stopped_in_order(outcome);
    EXPECT_NE(outcome.output.find("after round 0;"), std::string::npos) << outcome;
    const Outcome resumed = run(crash_run(folder.path(), Ranks{2}, many + Arguments{"--resume"}));
    EXPECT_EQ(resumed.exit_code, 0) << resumed;
    EXPECT_NE(resumed.output.find("resumed after round 0"), std::string::npos) << resumed;
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

TEST(Signal, SecondUserSignalCountsLikeTheFirst) {
    for (const Ranks ranks : {Ranks::alone, Ranks{2}}) {
        const TemporaryFolder folder;
        Program program{crash_run(folder.path(), ranks)};
        ASSERT_TRUE(program.prints(third_round)) << program.wait();
        program.signal(SIGUSR2);
        expect_stopped_in_order(program.wait());
        expect_resumes_to_same_end(folder.path(), ranks);
    }
}

TEST(Signal, ControlCWithoutMpirun) {
    const TemporaryFolder folder;
    Program program{crash_run(folder.path(), Ranks::alone)};
    ASSERT_TRUE(program.prints(third_round)) << program.wait();
    program.signal(SIGINT);
    const Outcome outcome = program.wait();
    expect_stopped_in_order(outcome);
    EXPECT_NE(outcome.output.find("give the same command with --resume"), std::string::npos) << outcome;
    EXPECT_NE(outcome.errors.find("press Ctrl-C again to stop at once"), std::string::npos) << outcome;
    expect_resumes_to_same_end(folder.path(), Ranks::alone);
}

/// A round that takes hours.
TEST(Signal, SecondControlCEndsAtOnce) {
    const TemporaryFolder folder;
    const Arguments endless{"--set", "training.epochs=1000000", "--set", "adaptation.every=0"};
    Program program{crash_run(folder.path(), Ranks::alone, endless)};
    ASSERT_TRUE(program.prints("accuracy")) << program.wait();
    program.signal(SIGINT);
    ASSERT_TRUE(eventually([&] { return program.errors().find("press Ctrl-C again") != std::string::npos; }));
    EXPECT_TRUE(program.running());
    program.signal(SIGINT);
    EXPECT_EQ(program.wait(10s).exit_code, 128 + SIGINT);
}

/// As a shell without job control starts programs in the background.
TEST(Signal, ControlCThatIsIgnoredStaysIgnored) {
    const TemporaryFolder folder;
    Program program{Arguments{"env", "--ignore-signal=INT"} + crash_run(folder.path(), Ranks::alone)};
    ASSERT_TRUE(program.prints(third_round)) << program.wait();
    program.signal(SIGINT);
    const Outcome outcome = program.wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    EXPECT_EQ(digests(folder.path()), undisturbed());
}

/// mpirun hands no exit code on when it is itself told to end (1 instead of 75), but what was committed counts.
TEST(Signal, TerminationAndInterruptOfMpirun) {
    for (const int signal : {SIGTERM, SIGINT}) {
        const TemporaryFolder folder;
        Program program{crash_run(folder.path(), Ranks{2})};
        ASSERT_TRUE(program.prints(third_round)) << program.wait();
        program.signal(signal);
        const Outcome outcome = program.wait();
        EXPECT_NE(outcome.exit_code, 0) << outcome;
        EXPECT_TRUE(eventually([&] { return program.processes().empty(); }, 5s)) << "a rank outlives its run";
        // mpirun takes its time before it passes the signal on: the run may have ended by itself.
        expect_same_end(folder.path(), Ranks::alone);
    }
}

class DeathOfRank : public ::testing::TestWithParam<int> {};

TEST_P(DeathOfRank, EndsTheRunAtOnceAndIsNamed) {
    const TemporaryFolder folder;
    Program program{crash_run(folder.path(), Ranks{3}, {"--set", "rounds=10000"})};
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

TEST(DeathOfMpirun, LeavesNoRankBehind) {
    const TemporaryFolder folder;
    Program program{crash_run(folder.path(), Ranks{2}, {"--set", "rounds=10000"})};
    ASSERT_TRUE(program.prints(third_round)) << program.wait();
    ASSERT_EQ(program.processes().size(), 3U) << "mpirun and two ranks";
    program.signal(SIGKILL);
    EXPECT_EQ(program.wait().exit_code, 128 + SIGKILL);
    EXPECT_TRUE(eventually([&] { return program.processes().empty(); }, 5s)) << "a rank outlives mpirun";
}

/// Ranks that mpirun has only just started have neither met MPI nor begun to watch their launcher.
TEST(DeathOfMpirun, LeavesNoStartingRankBehind) {
    const TemporaryFolder folder;
    int with_ranks = 0;
    for (const auto delay : {0ms, 10ms, 30ms, 60ms, 100ms, 200ms, 400ms}) {
        Program program{crash_run(folder.path(), Ranks{2}, {"--set", "rounds=10000"})};
        EXPECT_TRUE(eventually([&] { return program.processes().size() == 3; }));
        std::this_thread::sleep_for(delay);
        with_ranks += program.processes().size() == 3 ? 1 : 0;
        program.signal(SIGKILL);
        EXPECT_EQ(program.wait().exit_code, 128 + SIGKILL);
        EXPECT_TRUE(eventually([&] { return program.processes().empty(); }, 5s))
            << "a rank outlives mpirun, killed " << delay.count() << " ms after it had started the ranks";
    }
    EXPECT_GE(with_ranks, 1);
}

INSTANTIATE_TEST_SUITE_P(Ranks, DeathOfRank, ::testing::Values(0, 2));

}  // namespace
}  // namespace mlaasim::testing
