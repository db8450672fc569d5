// Ranks that were not started alike are refused before any work, by name; nobody waits for what another never does.
#include <gtest/gtest.h>

#include "support/simulation.hpp"

namespace mlaasim::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* small = R"(name: small
rounds: 2
data: {synthetic_train: 60, synthetic_test: 20}
model: {hidden: [4]}
services: {count: 3, partition: {samples: 5}}
clients: {count: 2, stream: 2}
adaptation: {every: 0}
)";

class SameStart : public ::testing::Test {
protected:
    SameStart() { write_text(scenario(), small); }

    [[nodiscard]] std::string scenario() const { return (folder_ / "small.yaml").string(); }
    [[nodiscard]] fs::path output() const { return folder_ / "output"; }
    [[nodiscard]] Arguments simulation() const { return simulate(scenario(), output(), Ranks::alone); }

    /// The run ends with code 2 and a message that holds all of `words`; there is no output.
    void expect_refused(const Outcome& outcome, const Arguments& words) const {
        EXPECT_EQ(outcome.exit_code, 2) << outcome;
        EXPECT_NE(outcome.errors.find("mlaasim: error: rank 1 ("), std::string::npos) << outcome;
        for (const std::string& word : words) {
            EXPECT_NE(outcome.errors.find(word), std::string::npos) << "expected: " << word << "\n" << outcome;
        }
        EXPECT_FALSE(fs::exists(output()));
    }

    TemporaryFolder folder_;
};

TEST_F(SameStart, OtherOptionsAreRefused) {
    const Arguments other = simulation() + Arguments{"--set", "training.learning_rate=0.5"};
    expect_refused(run(each_rank({simulation(), other})),
                   {"--set training.learning_rate=0.5\", but rank 0 (", "the same arguments on every rank"});
    expect_refused(run(each_rank({other, simulation()})), {"training.learning_rate=0.5\" (expected"});
    expect_refused(run(each_rank({simulation(), simulation() + Arguments{"--resume"}})), {"--resume\", but rank 0"});
}

TEST_F(SameStart, FurtherRanksAreCounted) {
    const Arguments other = simulation() + Arguments{"--force"};
    expect_refused(run(each_rank({simulation(), other, simulation(), other})), {"1 more rank differs from rank 0 too"});
}

TEST_F(SameStart, WhatDoesNotSimulateIsRefusedBesideARun) {
    const std::vector<Arguments> others{simulation() + Arguments{"--help"},
                                        simulation() + Arguments{"--frobnicate"},
                                        mlaasim({"check", scenario()}),
                                        mlaasim({"frobnicate"}),
                                        mlaasim({"--version"}),
                                        mlaasim({})};
    for (const Arguments& other : others) {
        Program program{each_rank({simulation(), other})};
        expect_refused(program.wait(30s), {"the same arguments on every rank"});
    }
    Program program{each_rank({mlaasim({"check", scenario()}), simulation()})};
    expect_refused(program.wait(30s), {"but rank 0 (", "check "});
}

/// Arguments are told apart as they were given, not as they are printed.
TEST_F(SameStart, ArgumentsAreNotJoined) {
    expect_refused(run(each_rank({mlaasim({"check", "a b"}), mlaasim({"check", "a", "b"})})),
                   {"\"check a b\", but rank 0", "\"check 'a b'\""});
}

TEST_F(SameStart, AnotherFolderIsRefused) {
    const Arguments relative = mlaasim({"run", "small.yaml"});
    fs::create_directories(folder_ / "elsewhere");
    write_text(folder_ / "elsewhere" / "small.yaml", small);
    const std::string here = folder_.path().string();
    expect_refused(run(each_rank({Arguments{"env", "-C", here} + relative,
                                  Arguments{"env", "-C", here + "/elsewhere"} + relative})),
                   {"was started in " + here + "/elsewhere, but rank 0 (", "the same working folder on every rank"});
    EXPECT_FALSE(fs::exists(folder_ / "results"));
}

/// A copy of the program; `changed`: with another build id in it.
fs::path copy_of_program(const fs::path& to, bool changed) {
    std::string bytes = text_of(MLAASIM_PROGRAM);
    if (changed) {
        // A note of 4 bytes of name and 20 of content, of the type NT_GNU_BUILD_ID = 3, named GNU.
        const std::string note{"\x04\0\0\0\x14\0\0\0\x03\0\0\0GNU\0", 16};
        const auto at = bytes.find(note);
        EXPECT_NE(at, std::string::npos) << "the program has no build id";
        bytes.at(at + note.size()) ^= 1;
    }
    write_text(to, bytes);
    fs::permissions(to, fs::perms::owner_all);
    return to;
}

TEST_F(SameStart, AnotherBuildIsRefusedButACopyIsNot) {
    const auto start = [&](const fs::path& program) {
        Arguments command = simulation();
        command.front() = program.string();
        return command;
    };
    expect_refused(run(each_rank({simulation(), start(copy_of_program(folder_ / "changed", true))})),
                   {"build id", "the same build of the program on every rank"});
    const Outcome copy = run(each_rank({simulation(), start(copy_of_program(folder_ / "copy", false))}));
    EXPECT_EQ(copy.exit_code, 0) << copy;
}

/// The compiler is of the build; the C library is the node's.
TEST_F(SameStart, AnotherCLibraryIsRefused) {
#if defined(__SANITIZE_ADDRESS__)
    GTEST_SKIP() << "skipped: the sanitizer wants to be loaded first";
#endif
    const Arguments preload{"env", std::string{"LD_PRELOAD="} + MLAASIM_OTHER_C_LIBRARY};
    expect_refused(run(each_rank({simulation(), preload + simulation()})),
                   {"glibc 0.1", "; GCC ", "the same libraries, instruction set and maker of processor"});
}

TEST_F(SameStart, OnlyRankZeroSpeaksForSubcommandsOfOneProcess) {
    const Outcome checked = run(mlaasim({"check", scenario()}, Ranks{2}));
    EXPECT_EQ(checked.exit_code, 0) << checked;
    EXPECT_EQ(checked.all(), scenario() + ": ok\n");
    const Outcome refused = run(mlaasim({"check", scenario() + ".gone"}, Ranks{2}));
    EXPECT_EQ(refused.exit_code, 2) << refused;
    EXPECT_EQ(refused.errors.find("mlaasim: error"), refused.errors.rfind("mlaasim: error")) << refused;
}

}  // namespace
}  // namespace mlaasim::testing
