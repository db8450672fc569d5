// What the environment does not give is named, with the limit that says so; no empty trace is left behind.
#include <gtest/gtest.h>

#include <cstdint>

#include "support/simulation.hpp"
#include "support/traces.hpp"

namespace mlaasim::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* small = R"(name: small
rounds: 3
data: {synthetic_train: 2000, synthetic_test: 400}
model: {kind: mlp, hidden: [64]}
services: {count: 6, partition: {samples: 40}}
composition: {members: 4}
clients: {count: 2, stream: 20}
)";

constexpr std::int64_t mebi = 1024 * 1024;

/// `command` in a process that may take only so many bytes of addresses.
Arguments with_memory(std::int64_t bytes, const Arguments& command) {
    return Arguments{"prlimit", "--as=" + std::to_string(bytes)} + command;
}

/// `command` in a process whose files may have only so many bytes.
Arguments with_files(std::int64_t bytes, const Arguments& command) {
    return Arguments{"prlimit", "--fsize=" + std::to_string(bytes)} + command;
}

class Limits : public ::testing::Test {
protected:
    Limits() { write_text(scenario(), small); }

    [[nodiscard]] std::string scenario() const { return (folder_ / "small.yaml").string(); }
    [[nodiscard]] fs::path output() const { return folder_ / "output"; }
    [[nodiscard]] Arguments simulation(const Arguments& further = {}) const {
        return simulate(scenario(), output(), Ranks::alone, further);
    }

    void expect_refused(const Outcome& outcome, const Arguments& words) const {
        EXPECT_EQ(outcome.exit_code, 2) << outcome;
        EXPECT_EQ(outcome.errors.find("bug"), std::string::npos) << outcome;
        for (const std::string& word : words) {
            EXPECT_NE(outcome.errors.find(word), std::string::npos) << "expected: " << word << "\n" << outcome;
        }
        expect_no_trace();
    }
    void expect_no_trace() const {
        for (const char* const name : {"trace.h5", "trace.h5.next", "trace.h5.new", "trace.h5.old"}) {
            EXPECT_FALSE(fs::exists(output() / name)) << name;
        }
    }

    TemporaryFolder folder_;
};

/// Of addresses; a sanitizer needs terabytes of them.
class MemoryLimits : public Limits {
protected:
    void SetUp() override {
#if defined(__SANITIZE_ADDRESS__)
        GTEST_SKIP() << "skipped: the sanitizer can't live with a limit on addresses";
#endif
    }
};

TEST_F(MemoryLimits, OptionsThatNeedTooMuchAreNamed) {
    const auto under_limit = [&](const std::string& option, const Arguments& further = {}) {
        const Arguments options = Arguments{"--set", "adaptation.every=0", "--set", option} + further;
        return run(with_memory(2000 * mebi, simulation(options)));
    };
    expect_refused(under_limit("services.history.length=1000000",
                               {"--set", "services.count=600", "--set", "services.partition.samples=2"}),
                   {"--set services.history.length=1000000: ", " at least 48", " bytes (", "ulimit -v"});
    expect_refused(under_limit("data.synthetic_train=10000000"),
                   {"--set data.synthetic_train=10000000: ", " at least 7850314000 bytes (", "ulimit -v"});
    expect_refused(under_limit("model.hidden=[60000, 60000]"),
                   {"--set model.hidden=[60000, 60000]: ", " model", " bytes (", "ulimit -v"});
}

/// Most of what a run takes is known before it begins. Between that and enough lies a limit that a step runs into;
/// where, depends on the libraries of the machine.
TEST_F(MemoryLimits, WhatNoOptionDecidesAloneIsNamedByItsStep) {
    const Arguments large{"--set", "model.hidden=[4000, 4000]", "--set", "adaptation.every=0"};
    for (std::int64_t limit = 900; limit < 1500; limit += 10) {
        const Outcome outcome = run(with_memory(limit * mebi, simulation(large)));
        ASSERT_NE(outcome.exit_code, 0) << limit << " MiB are enough, and no step ran out of memory before";
        if (outcome.errors.find("memory ran out in this step") != std::string::npos) {
            expect_refused(outcome, {"memory ran out in this step: ", " of round 1: ",
                                     "`ulimit -v` allows " + std::to_string(limit) + " MiB", "decided by model.hidden",
                                     "`mlaasim plan` predicts"});
            return;
        }
        expect_refused(outcome, {"ulimit -v"});
    }
    FAIL() << "no step ran out of memory";
}

TEST_F(MemoryLimits, OneRankThatLacksMemoryEndsAll) {
    const Arguments large = simulation({"--set", "model.hidden=[4000, 4000]"});
    for (const int rank : {0, 1}) {
        std::vector<Arguments> commands{large, large};
        Arguments& command = commands[static_cast<std::size_t>(rank)];
        command = with_memory(1100 * mebi, command);
        Program program{each_rank(commands)};
        const Outcome outcome = program.wait(60s);
        expect_refused(outcome, {"ulimit -v"});
        EXPECT_TRUE(rank == 0 || outcome.errors.find("mlaasim: error: rank 1 (") != std::string::npos) << outcome;
        EXPECT_TRUE(eventually([&] { return program.processes().empty(); }, 5s)) << "a rank outlives its run";
    }
}

TEST_F(MemoryLimits, MpiIsNotStartedWithoutRoomForIt) {
    const Outcome outcome = run(each_rank({simulation(), with_memory(600 * mebi, simulation())}));
    expect_refused(outcome, {"mlaasim: error: rank 1 (", "there is no memory for the start of MPI"});
}

/// From too little for the libraries to enough: the loader says what it lacks (127), or the program does.
TEST_F(MemoryLimits, NoAmountEndsInACrash) {
    int refused = 0;
    for (std::int64_t mib = 380; mib <= 700; mib += 16) {
        fs::remove_all(output());
        const Outcome outcome = run(with_memory(mib * mebi, simulation()));
        refused += outcome.exit_code == 2 ? 1 : 0;
        EXPECT_EQ(outcome.errors.find("bug"), std::string::npos) << mib << " MiB: " << outcome;
        EXPECT_EQ(outcome.errors.find("std::bad_alloc"), std::string::npos) << mib << " MiB: " << outcome;
        if (outcome.exit_code == 2) {
            EXPECT_NE(outcome.errors.find("mlaasim: error: "), std::string::npos) << mib << " MiB: " << outcome;
        }
    }
    EXPECT_GE(refused, 1);
}

TEST_F(Limits, FilesThatMayNotGrow) {
    // Fills the data cache, which is a file too.
    ASSERT_EQ(run(simulation()).exit_code, 0);
    fs::remove_all(output());
    expect_refused(run(with_files(8192, simulation())),
                   {(output() / "trace.h5").string(), "File too large", "files may have 8 KiB here", "`ulimit -f`"});
    // A trace that was there stays what it was, and a run goes on from it when it may.
    ASSERT_EQ(run(simulation()).exit_code, 0);
    const std::string before = text_of(output() / "trace.h5");
    EXPECT_EQ(run(with_files(8192, simulation())).exit_code, 2);
    EXPECT_EQ(text_of(output() / "trace.h5"), before);
}

TEST_F(Limits, RunsThatFilesGetTooLargeForResume) {
    ASSERT_EQ(run(simulation()).exit_code, 0);
    const auto size = static_cast<std::int64_t>(fs::file_size(output() / "trace.h5"));
    const Arguments many{"--set", "rounds=200"};
    const Outcome stopped = run(with_files(size + 8192, simulation(many)));
    EXPECT_EQ(stopped.exit_code, 2) << stopped;
    EXPECT_NE(stopped.errors.find("raise it and start again, a stopped run with --resume"), std::string::npos)
        << stopped;
    const Outcome resumed = run(simulation(many + Arguments{"--resume"}));
    EXPECT_EQ(resumed.exit_code, 0) << resumed;
    EXPECT_NE(resumed.output.find("resumed after round "), std::string::npos) << resumed;
}

TEST_F(Limits, StandardOutputThatMayNotGrow) {
    const Arguments redirected{"sh", "-c", "exec \"$0\" schema > \"$1\"", MLAASIM_PROGRAM,
                               (folder_ / "schema").string()};
    const Outcome outcome = run(with_files(1024, redirected));
    EXPECT_EQ(outcome.exit_code, 2) << outcome;
    EXPECT_NE(outcome.errors.find("files may have 1 KiB here"), std::string::npos) << outcome;
}

/// What is printed must not end up in the files that get the numbers of the closed streams.
TEST_F(Limits, StandardStreamsThatAreClosed) {
    ASSERT_EQ(run(simulation()).exit_code, 0);
    const auto expected = digests(output());
    for (const char* closed : {">&-", "2>&-", "<&- >&- 2>&-"}) {
        fs::remove_all(output());
        const Outcome outcome = run(Arguments{"sh", "-c", std::string{"exec \"$@\" "} + closed, "sh"} + simulation());
        EXPECT_EQ(outcome.exit_code, 0) << closed << "\n" << outcome;
        EXPECT_EQ(digests(output()), expected);
        const std::string lock = text_of(output() / ".lock");
        EXPECT_TRUE(lock.starts_with("process ") && lock.find("accuracy") == std::string::npos)
            << closed << ": " << lock;
    }
}

}  // namespace
}  // namespace mlaasim::testing
