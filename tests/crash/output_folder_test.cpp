// An output folder that can't be used is refused with a reason, and what lies in it stays as it is.
#include <gtest/gtest.h>
#include <hdf5.h>

#include "crash/crash_scenario.hpp"
#include "sim/storage/header.hpp"

namespace mlaasim::testing {
namespace {

void expect_refused(const Outcome& outcome, const Arguments& words) {
    EXPECT_EQ(outcome.exit_code, 2) << outcome;
    for (const std::string& word : words) {
        EXPECT_NE(outcome.errors.find(word), std::string::npos) << "expected: " << word << "\n" << outcome;
    }
}

class OutputFolderAlone : public ::testing::Test {
protected:
    TemporaryFolder folder_;
};

class OutputFolder : public OutputFolderAlone, public ::testing::WithParamInterface<Ranks> {};

TEST_P(OutputFolder, FileInTheWay) {
    const auto file = folder_ / "file";
    write_text(file, "mine");
    expect_refused(run(crash_run(file, GetParam())), {file.string(), "is a file"});
    expect_refused(run(crash_run(file / "below", GetParam())),
                   {(file / "below").string(), file.string() + " on the way to it is a file"});
    EXPECT_EQ(text_of(file), "mine");
}

TEST_P(OutputFolder, TraceOfAnotherScenario) {
    ASSERT_EQ(run(crash_run(folder_.path(), Ranks::alone, {"--set", "rounds=2"})).exit_code, 0);
    const std::string before = text_of(folder_ / "trace.h5");
    expect_refused(run(crash_run(folder_.path(), GetParam(),
                                 {"--resume", "--set", "rounds=2", "--set", "training.learning_rate=0.25"})),
                   {"another scenario", "learning_rate: 0.25", "learning_rate: 0.05"});
    EXPECT_EQ(text_of(folder_ / "trace.h5"), before);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "trace.previous.h5"));
}

/// Overwrites a text attribute of the root, and makes the digest right: the trace of another program, not a damaged
/// one.
void set_attribute(const std::filesystem::path& file, const char* name, const char* text) {
    const hid_t opened = H5Fopen(file.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t attribute = H5Aopen(opened, name, H5P_DEFAULT);
    const hid_t type = H5Aget_type(attribute);
    EXPECT_GE(H5Awrite(attribute, type, static_cast<const void*>(&text)), 0);
    H5Tclose(type);
    H5Aclose(attribute);
    H5Fclose(opened);
    sim::Hdf5File trace = sim::Hdf5File::open_to_append(file);
    sim::store_structure_digest(trace);
    trace.flush_and_close();
}

TEST_F(OutputFolderAlone, TraceOfAnotherVersionOfTheProgram) {
    const Arguments short_run{"--set", "rounds=2"};
    ASSERT_EQ(run(crash_run(folder_.path(), Ranks::alone, short_run)).exit_code, 0);
    set_attribute(folder_ / "trace.h5", "git_commit", "0123abc");
    const Outcome noted = run(crash_run(folder_.path(), Ranks::alone, short_run + Arguments{"--resume"}));
    EXPECT_EQ(noted.exit_code, 0) << noted;
    EXPECT_NE(noted.output.find("begun by commit 0123abc"), std::string::npos) << noted;

    set_attribute(folder_ / "trace.h5", "program_version", "0.0.9");
    expect_refused(run(crash_run(folder_.path(), Ranks::alone, short_run + Arguments{"--resume"})),
                   {"computed by mlaasim 0.0.9", "--force"});
    const Outcome forced = run(crash_run(folder_.path(), Ranks::alone, short_run + Arguments{"--resume", "--force"}));
    EXPECT_EQ(forced.exit_code, 0) << forced;
}

TEST_F(OutputFolderAlone, DamagedTrace) {
    ASSERT_EQ(run(crash_run(folder_.path(), Ranks::alone, {"--set", "rounds=2"})).exit_code, 0);
    const std::string damaged = text_of(folder_ / "trace.h5").substr(0, 5000);
    write_text(folder_ / "trace.h5", damaged);
    expect_refused(run(crash_run(folder_.path(), Ranks::alone, {"--resume", "--set", "rounds=2"})),
                   {(folder_ / "trace.h5").string()});
    EXPECT_EQ(text_of(folder_ / "trace.h5"), damaged);
}

/// One bit of a number in a table: the file opens, and only its digest knows.
TEST_F(OutputFolderAlone, TraceWithAnotherValue) {
    ASSERT_EQ(run(crash_run(folder_.path(), Ranks::alone, {"--set", "rounds=4"})).exit_code, 0);
    const hid_t opened = H5Fopen((folder_ / "trace.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t array = H5Dopen2(opened, "/checkpoint/arrays/bandit", H5P_DEFAULT);
    const hid_t space = H5Dget_space(array);
    std::vector<double> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    H5Dread(array, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    values.front() += 1e-9;
    EXPECT_GE(H5Dwrite(array, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
    H5Sclose(space);
    H5Dclose(array);
    H5Fclose(opened);
    expect_refused(run(crash_run(folder_.path(), Ranks::alone, {"--resume", "--set", "rounds=4"})),
                   {(folder_ / "trace.h5").string(), "damaged: the checkpoint is not the one that the run wrote",
                    "trace.h5.next (up to round 3)"});
    expect_refused(run(mlaasim({"trace", "verify", (folder_ / "trace.h5").string()})), {"damaged"});
}

TEST_P(OutputFolder, AnotherRunInIt) {
    Program first{crash_run(folder_.path(), Ranks::alone)};
    ASSERT_TRUE(first.prints(third_round)) << first.wait();
    first.signal(SIGSTOP);
    expect_refused(run(crash_run(folder_.path(), GetParam())),
                   {folder_.path().string(), "in use by process " + std::to_string(first.id())});
    first.signal(SIGCONT);
    const Outcome outcome = first.wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    EXPECT_EQ(digests(folder_.path()), undisturbed());
}

/// Without .lock a second run comes in: the first may not write over it.
TEST_P(OutputFolder, LockFileRemovedDuringTheRun) {
    Program first{crash_run(folder_.path(), GetParam())};
    ASSERT_TRUE(first.prints(third_round)) << first.wait();
    std::filesystem::remove(folder_ / ".lock");
    const Outcome outcome = first.wait();
    EXPECT_EQ(outcome.exit_code, 2) << outcome;
    EXPECT_NE(outcome.errors.find((folder_ / ".lock").string() + ": the lock file of this run was removed"),
              std::string::npos)
        << outcome;
    EXPECT_NE(outcome.errors.find("--resume"), std::string::npos) << outcome;
    expect_resumes_to_same_end(folder_.path(), GetParam());
}

/// A run without --resume replaces a trace, but the one before stays beside it.
TEST_F(OutputFolderAlone, TraceOfTheRunBefore) {
    ASSERT_EQ(run(crash_run(folder_.path(), Ranks::alone, {"--set", "rounds=2"})).exit_code, 0);
    const std::string before = text_of(folder_ / "trace.h5");
    const Outcome outcome = run(crash_run(folder_.path(), Ranks::alone, {"--set", "rounds=3"}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    EXPECT_EQ(text_of(folder_ / "trace.previous.h5"), before);
    EXPECT_EQ(count_rows(folder_.path(), "rounds", {}), 1 + 3);
}

TEST_F(OutputFolderAlone, RunThatWasDone) {
    const Arguments short_run{"--set", "rounds=2"};
    ASSERT_EQ(run(crash_run(folder_.path(), Ranks::alone, short_run)).exit_code, 0);
    const std::string before = text_of(folder_ / "trace.h5");
    const Outcome outcome = run(crash_run(folder_.path(), Ranks::alone, short_run + Arguments{"--resume"}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    EXPECT_NE(outcome.output.find("nothing to resume"), std::string::npos) << outcome;
    EXPECT_EQ(text_of(folder_ / "trace.h5"), before);
}

INSTANTIATE_TEST_SUITE_P(Ranks, OutputFolder, ::testing::Values(Ranks::alone, Ranks{2}),
                         [](const auto& test) { return test.param == Ranks::alone ? "alone" : "two"; });

}  // namespace
}  // namespace mlaasim::testing
