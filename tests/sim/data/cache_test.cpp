#include "sim/data/cache.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "sim/data/temporary_folder.hpp"
#include "sim/error.hpp"

namespace mlaasim::sim {
namespace {

using testing::Bytes;

DecodedDataset small_dataset() {
    return {.shape = {1, 1, 2},
            .classes = 3,
            .train = {.values = {0, 255, 255, 0, 0, 0, 255, 255}, .labels = {0, 1, 2, 1}},
            .test = {.values = {9, 8}, .labels = {2}}};
}

class Cache : public ::testing::Test {
protected:
    std::string failure() {
        try {
            const MappedDataset mapped{file_};
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
    write_cache(folder_ / "elsewhere", small_dataset());
    const std::string content = MappedDataset{file_}.content();
    EXPECT_EQ(content.size(), 64U);
    EXPECT_EQ(MappedDataset{folder_ / "elsewhere"}.content(), content);
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

TEST_F(Cache, EveryDamagedHeaderByteIsNoticed) {
    write_cache(file_, small_dataset());
    const Bytes whole = testing::read_bytes(file_);
    for (std::size_t i = 0; i < 112; ++i) {
        Bytes damaged = whole;
        damaged[i] ^= 0x10U;
        testing::write_bytes(file_, damaged);
        EXPECT_NE(failure(), "") << "header byte " << i;
    }
}

TEST_F(Cache, ALabelBeyondTheClassesIsNoticed) {
    write_cache(file_, small_dataset());
    Bytes damaged = testing::read_bytes(file_);
    damaged.back() = 3;
    testing::write_bytes(file_, damaged);
    EXPECT_NE(failure().find("label beyond"), std::string::npos);
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

TEST_F(Cache, OpenDataDecodesOnceAndMendsDamage) {
    int decoded = 0;
    const ResolvedData resolved{.source = DataSource::mnist, .cache_file = file_, .decode = [&] {
                                    ++decoded;
                                    return small_dataset();
                                }};
    EXPECT_EQ(open_data(resolved)->dataset().train.count(), 4U);
    EXPECT_EQ(open_data(resolved)->dataset().train.count(), 4U);
    EXPECT_EQ(decoded, 1);
    testing::write_bytes(file_, {1, 2, 3});
    EXPECT_EQ(open_data(resolved)->dataset().train.count(), 4U);
    EXPECT_EQ(decoded, 2);
}

}  // namespace
}  // namespace mlaasim::sim
