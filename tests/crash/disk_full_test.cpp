// A disk that fills up during a run: the run says so and ends, the trace stays whole, and with room again it resumes.
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "crash/crash_scenario.hpp"

namespace mlaasim::testing {
namespace {

/// A file system of a few MiB, in a folder of its own.
class SmallDisk {
public:
    SmallDisk() {
        if (::mount("mlaasim-test", folder_.path().c_str(), "tmpfs", 0, "size=8m") != 0) {
            error_ = errno;
        }
    }
    ~SmallDisk() {
        if (error_ == 0) {
            ::umount2(folder_.path().c_str(), MNT_DETACH);
        }
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    /// errno of why there is none, or 0.
    [[nodiscard]] int error() const { return error_; }
    [[nodiscard]] std::filesystem::path folder() const { return folder_ / "output"; }

    void fill() const {
        const int file = ::open((folder_ / "filler").c_str(), O_WRONLY | O_CREAT, 0644);
        constexpr std::array<char, 4096> page{};
        while (::write(file, page.data(), page.size()) > 0) {
        }
        ::close(file);
    }
    void enlarge() const {
        ASSERT_EQ(::mount(nullptr, folder_.path().c_str(), nullptr, MS_REMOUNT, "size=32m"), 0) << std::strerror(errno);
    }

private:
    TemporaryFolder folder_;
    int error_ = 0;
};

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
    EXPECT_NE(outcome.errors.find("free disk space, then continue with --resume"), std::string::npos) << outcome;
    EXPECT_NE(outcome.errors.find(disk.folder().string()), std::string::npos) << outcome;
    EXPECT_FALSE(digests(disk.folder()).empty());
    EXPECT_GE(count_rows(disk.folder(), "rounds", {}), 1 + 2);

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
