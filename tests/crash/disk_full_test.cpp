// A disk that fills up during a run: the run says so and ends, the trace stays whole, and with room again it resumes.
#include <gtest/gtest.h>

#include <cstring>

#include "crash/crash_scenario.hpp"
#include "crash/small_disk.hpp"

namespace mlaasim::testing {
namespace {

class DiskFull : public ::testing::TestWithParam<Ranks> {};

TEST_P(DiskFull, IsReportedAndResumedFrom) {
    const SmallDisk disk;
    if (disk.error() != 0) {
        GTEST_SKIP() << "skipped: no file system can be mounted here: " << std::strerror(disk.error());
    }
    Program program{crash_run(disk.folder(), GetParam())};
    ASSERT_TRUE(program.prints(third_round)) << program.wait();
    disk.fill();
    const Outcome outcome = program.wait();
    EXPECT_EQ(outcome.exit_code, 2) << outcome;
    EXPECT_NE(outcome.errors.find("No space left on device"), std::string::npos) << outcome;
    EXPECT_NE(outcome.errors.find("free disk space, then give the same command again, for a run with --resume"),
              std::string::npos)
        << outcome;
    EXPECT_NE(outcome.errors.find(disk.folder().string()), std::string::npos) << outcome;
    EXPECT_FALSE(digests(disk.folder()).empty());
    EXPECT_GE(count_rows(disk.folder(), "rounds", {}), 1 + 1) << "round 2 may not have been on the disk";

    const Outcome too_early = run(crash_run(disk.folder(), GetParam(), {"--resume"}));
    EXPECT_EQ(too_early.exit_code, 2) << too_early;
    EXPECT_NE(too_early.errors.find("No space left on device"), std::string::npos) << too_early;

    disk.enlarge();
    expect_resumes_to_same_end(disk.folder(), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Ranks, DiskFull, ::testing::Values(Ranks::alone, Ranks{2}),
                         [](const auto& test) { return test.param == Ranks::alone ? "alone" : "two"; });

}  // namespace
}  // namespace mlaasim::testing
