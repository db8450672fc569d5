#include <gtest/gtest.h>
#include <sys/mount.h>

#include <fstream>

#include "sim/error.hpp"
#include "sim/trace_hdf5.hpp"
#include "trace_samples.hpp"

namespace mlaasim::sim {
namespace {

using namespace testing;

std::string refusal(const std::filesystem::path& folder) {
    try {
        const OutputFolderLock lock{folder};
        return "locked";
    } catch (const InputError& error) {
        return error.what();
    }
}

TEST(TraceLock, MakesTheFolderAndCanBeTakenAgainAfterItsRelease) {
    const TraceFolder base;
    const auto folder = base.path() / "a" / "b";
    EXPECT_EQ(refusal(folder), "locked");
    EXPECT_TRUE(std::filesystem::is_directory(folder));
    EXPECT_EQ(refusal(folder), "locked");
}

TEST(TraceLock, NamesTheProcessThatHoldsItUntilThatDies) {
    const TraceFolder folder;
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = start_child([&] {
        const OutputFolderLock lock{folder.path()};
        static_cast<void>(!::write(ready[1], "x", 1));
        return ::pause();
    });
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    EXPECT_NE(refusal(folder.path()).find("in use by process " + std::to_string(child) + " on host "),
              std::string::npos)
        << refusal(folder.path());
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    wait_for(child);
    EXPECT_EQ(refusal(folder.path()), "locked");
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST(TraceLock, RefusesAFileInThePlaceOfTheFolder) {
    const TraceFolder base;
    const auto file = base.path() / "out";
    std::ofstream{file} << "text";
    EXPECT_NE(refusal(file).find("is a file"), std::string::npos) << refusal(file);
    EXPECT_NE(refusal(file / "below").find("cannot make the output folder"), std::string::npos)
        << refusal(file / "below");
    EXPECT_EQ(content(file), "text");
}

TEST(TraceLock, RefusesAReadOnlyFileSystem) {
    const TraceFolder folder;
    if (::mount("tmpfs", folder.path().c_str(), "tmpfs", MS_RDONLY, "size=64k") != 0) {
        GTEST_SKIP() << "skipped: mounting a file system needs root";
    }
    const std::string message = refusal(folder.path());
    ASSERT_EQ(::umount2(folder.path().c_str(), MNT_DETACH), 0);
    EXPECT_NE(message.find("Read-only file system"), std::string::npos) << message;
}

}  // namespace
}  // namespace mlaasim::sim
