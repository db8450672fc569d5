#include "sim/data/cache.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/data/small_dataset.hpp"
#include "sim/data/temporary_folder.hpp"

namespace mlaasim::sim {
namespace {

namespace fs = std::filesystem;
using testing::Bytes;
using testing::small_dataset;

class Cache : public ::testing::Test {
protected:
    std::string failure(CacheCheck check = CacheCheck::everything) {
        try {
            const MappedDataset mapped{file_, check};
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    }

    testing::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_ / "sub/small.cache";
};

TEST_F(Cache, MapsWhatWasWritten) {
    write_cache(file_, small_dataset());
    const MappedDataset mapped{file_};
    const Dataset& data = mapped.dataset();
    EXPECT_EQ(data.train.shape, (SampleShape{1, 1, 2}));
    EXPECT_EQ(data.train.classes, 3U);
    EXPECT_EQ(Bytes(data.train.values.begin(), data.train.values.end()), small_dataset().train.values);
    EXPECT_EQ(Bytes(data.train.labels.begin(), data.train.labels.end()), small_dataset().train.labels);
    EXPECT_EQ(Bytes(data.test.values.begin(), data.test.values.end()), small_dataset().test.values);
    EXPECT_EQ(Bytes(data.test.labels.begin(), data.test.labels.end()), small_dataset().test.labels);
    EXPECT_EQ(data.train.count(), 4U);
    EXPECT_EQ(data.train.sample(1)[0], 255);
}

TEST_F(Cache, SectionsStartOnTheKernelAlignment) {
    write_cache(file_, small_dataset());
    const MappedDataset mapped{file_};
    for (const SamplePool* pool : {&mapped.dataset().train, &mapped.dataset().test}) {
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(pool->values.data()) % 64, 0U);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(pool->labels.data()) % 64, 0U);
    }
}

TEST_F(Cache, HoldsMeanAndDeviationOfTheTrainingValues) {
    write_cache(file_, small_dataset());
    const MappedDataset mapped{file_};
    EXPECT_FLOAT_EQ(mapped.dataset().mean, 0.5F);
    EXPECT_FLOAT_EQ(mapped.dataset().deviation, 0.5F);
}

TEST_F(Cache, NamesItsContentWhereverItLies) {
    write_cache(file_, small_dataset());
    write_cache(folder_ / "elsewhere.cache", small_dataset());
    const std::string content = MappedDataset{file_}.content();
    EXPECT_EQ(content.size(), 64U);
    EXPECT_EQ(MappedDataset{folder_ / "elsewhere.cache"}.content(), content);
    std::vector<DecodedDataset> others(4, small_dataset());
    others[0].train.values[3] = 1;
    others[1].test.labels[0] = 1;
    others[2].classes = 4;
    others[3].shape = {1, 2, 1};
    for (const DecodedDataset& other : others) {
        write_cache(file_, other);
        EXPECT_NE(MappedDataset{file_}.content(), content);
    }
}

TEST_F(Cache, ConstantDataCanBeNormalised) {
    DecodedDataset constant = small_dataset();
    std::ranges::fill(constant.train.values, std::uint8_t{77});
    write_cache(file_, constant);
    const MappedDataset mapped{file_};
    EXPECT_FLOAT_EQ(mapped.dataset().mean, 77.0F / 255.0F);
    EXPECT_FLOAT_EQ(mapped.dataset().deviation, 1.0F);
}

TEST_F(Cache, EveryShorterOrLongerFileIsRefused) {
    write_cache(file_, small_dataset());
    const Bytes whole = testing::read_bytes(file_);
    for (std::size_t n = 0; n < whole.size(); ++n) {
        testing::write_bytes(file_, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)));
        EXPECT_NE(failure(), "") << n << " of " << whole.size() << " bytes";
    }
    Bytes longer = whole;
    longer.push_back(0);
    testing::write_bytes(file_, longer);
    EXPECT_NE(failure().find("bytes instead of"), std::string::npos);
}

TEST_F(Cache, EveryFlippedByteIsNoticed) {
    write_cache(file_, small_dataset());
    const Bytes whole = testing::read_bytes(file_);
    constexpr std::size_t head = 144 + 16;  // header and the digest of the only block; up to 192 there is nothing
    for (std::size_t i = 0; i < whole.size(); i = i + 1 == head ? 192 : i + 1) {
        Bytes damaged = whole;
        damaged[i] ^= 0x01U;
        testing::write_bytes(file_, damaged);
        EXPECT_NE(failure(), "") << "byte " << i;
        EXPECT_TRUE(i >= head || !failure(CacheCheck::header).empty()) << "byte " << i;
    }
}

/// Damage that leaves everything plausible: the values in reverse order, another label.
TEST_F(Cache, PlausibleDamageIsNoticed) {
    write_cache(file_, small_dataset());
    const Bytes whole = testing::read_bytes(file_);
    const auto at = [&](const Bytes& part) {
        return std::search(whole.begin(), whole.end(), part.begin(), part.end()) - whole.begin();
    };
    Bytes reversed = whole;
    std::reverse(reversed.begin() + at(small_dataset().train.values),
                 reversed.begin() + at(small_dataset().train.values) + 3);
    Bytes relabelled = whole;
    relabelled[static_cast<std::size_t>(at(small_dataset().train.labels))] = 2;
    for (const Bytes& damaged : {reversed, relabelled}) {
        ASSERT_NE(damaged, whole);
        testing::write_bytes(file_, damaged);
        EXPECT_NE(failure().find("is damaged between byte 192 and byte "), std::string::npos) << failure();
    }
}

TEST_F(Cache, DamageInALaterBlockIsNamed) {
    DecodedDataset large = small_dataset();
    large.train.values.assign(std::size_t{3} << 19U, 7);  // a block and a half
    large.train.labels.assign(large.train.values.size() / 2, 1);
    write_cache(file_, large);
    EXPECT_EQ(failure(), "");
    Bytes damaged = testing::read_bytes(file_);
    constexpr std::size_t block = std::size_t{1} << 20U;
    damaged[192 + block + 100] = 8;
    testing::write_bytes(file_, damaged);
    EXPECT_NE(
        failure().find("between byte " + std::to_string(192 + block) + " and byte " + std::to_string(192 + 2 * block)),
        std::string::npos)
        << failure();
}

TEST_F(Cache, ALabelBeyondTheClassesIsNoticedWithoutReadingAll) {
    write_cache(file_, small_dataset());
    Bytes damaged = testing::read_bytes(file_);
    damaged.back() = 3;
    testing::write_bytes(file_, damaged);
    EXPECT_NE(failure(CacheCheck::header).find("label beyond"), std::string::npos);
}

TEST_F(Cache, ARenamedFileHoldsOtherDataThanItsNameSays) {
    write_cache(folder_ / "other.cache", small_dataset());
    fs::create_directory(file_.parent_path());
    fs::rename(folder_ / "other.cache", file_);
    EXPECT_NE(failure().find("another name"), std::string::npos) << failure();
}

TEST_F(Cache, OthersCannotWriteWhatIsMade) {
    const mode_t before = ::umask(0);
    write_cache(file_, small_dataset());
    ::umask(before);
    for (const fs::path& made : {file_, file_.parent_path()}) {
        EXPECT_EQ(fs::status(made).permissions() & (fs::perms::group_write | fs::perms::others_write), fs::perms::none)
            << made;
    }
}

TEST_F(Cache, AFileThatOthersMayHaveWrittenIsNotUsed) {
    write_cache(file_, small_dataset());
    for (const fs::perms writable : {fs::perms::group_write, fs::perms::others_write}) {
        fs::permissions(file_, writable, fs::perm_options::add);
        EXPECT_NE(failure().find("can be written by others"), std::string::npos) << failure();
        fs::permissions(file_, writable, fs::perm_options::remove);
    }
    EXPECT_EQ(failure(), "");
    fs::rename(file_, folder_ / "small.cache");
    fs::create_symlink(folder_ / "small.cache", file_);
    EXPECT_NE(failure().find("is a symbolic link"), std::string::npos) << failure();
    fs::remove(file_);
    ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
    EXPECT_NE(failure().find("is no regular file"), std::string::npos) << failure();
    fs::rename(folder_ / "small.cache", file_);
    if (::chown(file_.c_str(), 12345, 12345) != 0) {
        GTEST_SKIP() << "skipped: files can be given away by root alone";
    }
    EXPECT_NE(failure().find("belongs to another user (number 12345)"), std::string::npos) << failure();
}

/// No fault of the file, which must not be made again then.
TEST_F(Cache, AMappingThatTheSystemRefusesIsALackOfMemory) {
#if defined(__SANITIZE_ADDRESS__)
    GTEST_SKIP() << "skipped: the sanitizer can't live with a limit on addresses";
#endif
    constexpr std::uint32_t side = 1024;
    constexpr std::size_t samples = 128;
    write_cache(file_, {.shape = {1, side, side},
                        .classes = 2,
                        .train = {.values = Bytes(samples * side * side), .labels = Bytes(samples)},
                        .test = {.values = Bytes(side * side), .labels = Bytes(1)}});
    std::size_t pages = 0;
    std::ifstream{"/proc/self/statm"} >> pages;
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
    const rlimit tight{.rlim_cur = pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) + samples / 2 * side * side,
                       .rlim_max = before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_AS, &tight), 0);
    EXPECT_THROW(MappedDataset{file_}, std::bad_alloc);
    EXPECT_EQ(setrlimit(RLIMIT_AS, &before), 0);
}

TEST_F(Cache, NoTemporaryFileStays) {
    write_cache(file_, small_dataset());
    const auto files = std::distance(std::filesystem::directory_iterator{file_.parent_path()}, {});
    EXPECT_EQ(files, 1);
}

TEST_F(Cache, ReadersSeeAWholeFileWhileManyWrite) {
    write_cache(file_, small_dataset());
    std::vector<std::thread> writers;
    for (int i = 0; i < 4; ++i) {
        writers.emplace_back([&] {
            for (int k = 0; k < 10; ++k) {
                write_cache(file_, small_dataset());
            }
        });
    }
    for (int k = 0; k < 200; ++k) {
        EXPECT_EQ(failure(), "");
    }
    for (std::thread& writer : writers) {
        writer.join();
    }
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{file_.parent_path()}, {}), 1);
}

TEST_F(Cache, AnUnusableFolderIsNamed) {
    testing::write_bytes(folder_ / "plain-file", {1});
    try {
        write_cache(folder_ / "plain-file/small.cache", small_dataset());
        FAIL() << "wrote below a plain file";
    } catch (const InputError& error) {
        EXPECT_NE(std::string{error.what()}.find("can't be written"), std::string::npos);
        EXPECT_NE(std::string{error.what()}.find("MLAASIM_CACHE"), std::string::npos);
    }
}

TEST_F(Cache, InconsistentDataIsABug) {
    DecodedDataset odd = small_dataset();
    odd.train.labels.pop_back();
    EXPECT_THROW(write_cache(file_, odd), ContractViolation);
    odd = small_dataset();
    odd.test.labels[0] = 3;
    EXPECT_THROW(write_cache(file_, odd), ContractViolation);
}

}  // namespace
}  // namespace mlaasim::sim
