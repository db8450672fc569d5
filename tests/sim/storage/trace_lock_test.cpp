#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <fstream>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/storage/output_folder_lock.hpp"
#include "sim/trace_samples.hpp"

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
    EXPECT_EQ(content(file), "text");
}

TEST(TraceLock, NoticesThatItsFileIsGoneOrAnother) {
    const TraceFolder folder;
    const OutputFolderLock lock{folder.path()};
    EXPECT_NO_THROW(lock.expect_held());
    const auto loss = [&]() -> std::string {
        try {
            lock.expect_held();
        } catch (const InputError& error) {
            return error.what();
        }
        return "held";
    };
    std::filesystem::remove(folder.path() / ".lock");
    EXPECT_NE(loss().find(".lock: the lock file of this run was removed"), std::string::npos) << loss();
    const OutputFolderLock second{folder.path()};
    EXPECT_NE(loss().find("the lock file of this run was replaced"), std::string::npos) << loss();
    EXPECT_NO_THROW(second.expect_held());
}

TEST(TraceLock, DoesNotFollowALink) {
    const TraceFolder folder;
    std::ofstream{folder.path() / "precious"} << "text";
    std::filesystem::create_symlink("precious", folder.path() / ".lock");
    EXPECT_NE(refusal(folder.path()).find(".lock: the lock file of the output folder is a symbolic link"),
              std::string::npos)
        << refusal(folder.path());
    EXPECT_EQ(content(folder.path() / "precious"), "text");
    std::filesystem::remove(folder.path() / ".lock");
    ASSERT_EQ(::mkfifo((folder.path() / ".lock").c_str(), 0600), 0);
    EXPECT_NE(refusal(folder.path()).find("no regular file"), std::string::npos) << refusal(folder.path());
}

TEST(TraceLock, NamesThePartOfThePathThatIsInTheWay) {
    const TraceFolder base;
    std::ofstream{base.path() / "file"} << "text";
    std::filesystem::create_symlink(base.path() / "nowhere", base.path() / "link");
    std::filesystem::create_symlink("loop", base.path() / "loop");
    std::filesystem::create_directory(base.path() / "folder");
    std::filesystem::create_symlink("folder", base.path() / "good");
    const auto expect = [&](const std::filesystem::path& folder, const std::vector<std::string>& words) {
        const std::string message = refusal(folder);
        for (const std::string& word : words) {
            EXPECT_NE(message.find(word), std::string::npos) << "expected: " << word << "\n" << message;
        }
    };
    expect(base.path() / "link",
           {"the output folder is a symbolic link to " + (base.path() / "nowhere").string() + ", which is not there",
            "make that folder, remove the link"});
    expect(base.path() / "link" / "below",
           {(base.path() / "link").string() + " on the way to it is a symbolic link to "});
    expect(base.path() / "loop", {"is a symbolic link to loop, which is not there"});
    expect(base.path() / "file" / "below", {(base.path() / "file").string() + " on the way to it is a file"});
    const std::string longest(255, 'x');
    expect(base.path() / (longest + "x"), {"has 256 bytes (expected names of at most 255 bytes)", "--output"});
    expect(base.path() / longest, {"locked"});
    expect(base.path() / "new" / (longest + "x") / "below", {"has 256 bytes"});
    std::filesystem::path deep = base.path();
    for (int i = 0; i < 20; ++i) {
        deep /= longest;
    }
    expect(deep, {"the output folder's path has ", "at most 4095 bytes"});
    expect(base.path() / "good", {"locked"});
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
