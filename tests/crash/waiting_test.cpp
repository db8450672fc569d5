// A rank that does not answer is named, and the run goes on when it does.
#include <gtest/gtest.h>

#include "crash/crash_scenario.hpp"

namespace mlaasim::testing {
namespace {

const std::string soon = "MLAASIM_WAIT_NOTICE=1";

/// Which of three ranks stands still.
class Waiting : public ::testing::TestWithParam<int> {};

TEST_P(Waiting, ForARankThatStandsStillNamesIt) {
    const TemporaryFolder folder;
    Program program{crash_run(folder.path(), Ranks{3}), {soon}};
    ASSERT_TRUE(program.prints(third_round)) << program.wait();
    pid_t halted = 0;
    for (const Process& process : program.processes()) {
        if (process.rank == GetParam()) {
            halted = process.id;
        }
    }
    ::kill(halted, SIGSTOP);
    EXPECT_TRUE(eventually([&] { return program.errors().find("after 4 s:") != std::string::npos; }, 60s));
    ::kill(halted, SIGCONT);
    const Outcome outcome = program.wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    EXPECT_EQ(digests(folder.path()), undisturbed());
    const std::string named = "rank " + std::to_string(GetParam()) + " (";
    const std::string process = ":" + std::to_string(halted) + "). The step is: ";
    for (const char* after : {"1 s", "2 s", "4 s"}) {
        const std::string words = std::string{"mlaasim: still waiting for 1 of 3 ranks after "} + after + ": " + named;
        EXPECT_NE(outcome.errors.find(words), std::string::npos) << "expected: " << words << "\n" << outcome;
    }
    EXPECT_NE(outcome.errors.find(process), std::string::npos) << outcome;
    EXPECT_NE(outcome.errors.find(" of round "), std::string::npos) << outcome;
}

INSTANTIATE_TEST_SUITE_P(Ranks, Waiting, ::testing::Values(0, 1, 2));

/// Which no rank can name: it never starts MPI.
TEST(WaitingToStart, ForAnotherProgramIsTold) {
    const TemporaryFolder folder;
    const Arguments simulation = crash_run(folder.path(), Ranks::alone);
    for (const bool first : {true, false}) {
        const Arguments other{"sleep", "1000"};
        Program program{first ? each_rank({other, simulation}) : each_rank({simulation, other}), {soon}};
        EXPECT_TRUE(eventually([&] { return program.errors().find("has waited 2 s") != std::string::npos; }, 60s))
            << program.errors();
        const std::string who = std::string{"mlaasim: rank "} + (first ? "1" : "0") + " (";
        EXPECT_NE(program.errors().find(who), std::string::npos) << program.errors();
        EXPECT_NE(program.errors().find("for other ranks to start MPI"), std::string::npos) << program.errors();
    }
}

TEST(WaitingToStart, TakesWholeSecondsOnly) {
    const TemporaryFolder folder;
    for (const char* bad : {"0", "-1", "1.5", "soon", "10000000000"}) {
        const Outcome outcome = run(crash_run(folder.path(), Ranks{2}), {std::string{"MLAASIM_WAIT_NOTICE="} + bad});
        EXPECT_EQ(outcome.exit_code, 2) << outcome;
        EXPECT_NE(outcome.errors.find(std::string{"MLAASIM_WAIT_NOTICE is "} + bad), std::string::npos) << outcome;
    }
}

}  // namespace
}  // namespace mlaasim::testing
