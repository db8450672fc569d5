#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "sim/core/error.hpp"
#include "sim/data/cache.hpp"
#include "sim/data/small_dataset.hpp"
#include "sim/data/temporary_folder.hpp"

namespace mlaasim::sim {
namespace {

namespace fs = std::filesystem;
using testing::Bytes;
using testing::small_dataset;

class OpenData : public ::testing::Test {
protected:
    /// What opening the data notes.
    std::string notes() {
        std::string text;
        EXPECT_EQ(open_data(resolved_, [&](const std::string& note) { text += note; })->dataset().train.count(), 4U);
        return text;
    }

    testing::TemporaryFolder folder_;
    fs::path file_ = folder_ / "sub/small.cache";
    int decoded_ = 0;
    ResolvedData resolved_{.cache_file = file_, .decode = [this](unsigned /*threads*/) {
                               ++decoded_;
                               return small_dataset();
                           }};
};

TEST_F(OpenData, DecodesOnce) {
    EXPECT_EQ(notes(), "");
    EXPECT_EQ(notes(), "");
    EXPECT_EQ(decoded_, 1);
    EXPECT_EQ(map_checked_data(resolved_)->dataset().train.count(), 4U);
}

TEST_F(OpenData, MendsDamageAndSaysSo) {
    EXPECT_EQ(notes(), "");
    Bytes damaged = testing::read_bytes(file_);
    const Bytes whole = damaged;
    damaged[192] ^= 1U;
    for (const Bytes& bytes : {Bytes{1, 2, 3}, damaged}) {
        testing::write_bytes(file_, bytes);
        const std::string note = notes();
        EXPECT_NE(note.find(file_.string() + ": data cache "), std::string::npos) << note;
        EXPECT_NE(note.find("; it is made again"), std::string::npos) << note;
        EXPECT_EQ(testing::read_bytes(file_), whole);
    }
    EXPECT_EQ(decoded_, 3);
}

/// What others put in the cache's place is replaced, and what a link of theirs leads to stays.
TEST_F(OpenData, ReplacesWhatOthersMayHaveWritten) {
    EXPECT_EQ(notes(), "");
    fs::permissions(file_, fs::perms::others_write, fs::perm_options::add);
    EXPECT_NE(notes().find("can be written by others"), std::string::npos);
    EXPECT_EQ(notes(), "");

    testing::write_bytes(folder_ / "precious", {1, 2, 3});
    fs::remove(file_);
    fs::create_symlink(folder_ / "precious", file_);
    EXPECT_NE(notes().find("is a symbolic link"), std::string::npos);
    EXPECT_EQ(testing::read_bytes(folder_ / "precious"), (Bytes{1, 2, 3}));
    fs::remove(file_);
    fs::create_symlink(folder_ / "nowhere", file_);
    EXPECT_NE(notes().find("is a symbolic link"), std::string::npos);
    EXPECT_FALSE(fs::exists(folder_ / "nowhere"));
}

TEST_F(OpenData, RefusesAFolderThatOthersCanWriteTo) {
    EXPECT_EQ(notes(), "");
    fs::permissions(file_.parent_path(), fs::perms::group_write, fs::perm_options::add);
    const auto refusal = [&]() -> std::string {
        try {
            static_cast<void>(open_data(resolved_));
        } catch (const InputError& error) {
            return error.what();
        }
        return "used";
    };
    EXPECT_NE(refusal().find("can be written by others (mode 0775)"), std::string::npos) << refusal();
    EXPECT_NE(refusal().find("chmod go-w " + file_.parent_path().string()), std::string::npos) << refusal();
    fs::permissions(file_.parent_path(), fs::perms::group_write, fs::perm_options::remove);
    EXPECT_EQ(notes(), "");
    if (::chown(file_.parent_path().c_str(), 12345, 12345) != 0) {
        GTEST_SKIP() << "skipped: folders can be given away by root alone";
    }
    EXPECT_NE(refusal().find("belongs to another user (number 12345)"), std::string::npos) << refusal();
    EXPECT_NE(refusal().find("MLAASIM_CACHE"), std::string::npos) << refusal();
}

}  // namespace
}  // namespace mlaasim::sim
