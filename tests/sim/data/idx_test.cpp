#include "sim/data/idx.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "sim/core/error.hpp"
#include "sim/data/idx_files.hpp"

namespace mlaasim::sim {
namespace {

using testing::Bytes;
using testing::gzipped;
using testing::idx_bytes;

class Idx : public ::testing::Test {
protected:
    IdxArray read(const Bytes& bytes) {
        testing::write_bytes(file_, bytes);
        return read_idx(file_);
    }
    /// The message of the error that reading these bytes gives.
    std::string failure(const Bytes& bytes) {
        try {
            read(bytes);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    }
    static Bytes first(const Bytes& bytes, std::size_t n) {
        return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n)};
    }

    const Bytes values_{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    const Bytes images_ = idx_bytes({2, 2, 3}, values_);
    testing::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_ / "array";
};

TEST_F(Idx, ReadsImages) {
    const IdxArray array = read(images_);
    EXPECT_EQ(array.dimensions, (std::vector<std::uint32_t>{2, 2, 3}));
    EXPECT_EQ(array.values, values_);
}

TEST_F(Idx, ReadsLabels) {
    const IdxArray array = read(idx_bytes({3}, {7, 0, 9}));
    EXPECT_EQ(array.dimensions, (std::vector<std::uint32_t>{3}));
    EXPECT_EQ(array.values, (Bytes{7, 0, 9}));
}

TEST_F(Idx, GunzipsByContentWhateverTheName) { EXPECT_EQ(read(gzipped(images_)).values, values_); }

TEST_F(Idx, ReadsGzipLargerThanItsBuffers) {
    Bytes noise(300'000);
    std::uint32_t state = 1;
    for (std::uint8_t& value : noise) {
        state = state * 1664525U + 1013904223U;
        value = static_cast<std::uint8_t>(state >> 24U);
    }
    EXPECT_EQ(read(gzipped(idx_bytes({300'000}, noise))).values, noise);
}

TEST_F(Idx, NamesAMissingFile) {
    try {
        (void)read_idx(folder_ / "nowhere");
        FAIL() << "a missing file was read";
    } catch (const InputError& error) {
        EXPECT_EQ(error.problems().at(0).file, (folder_ / "nowhere").string());
        EXPECT_NE(std::string{error.what()}.find("can't be opened"), std::string::npos);
    }
}

TEST_F(Idx, RefusesAFolder) { EXPECT_THROW((void)read_idx(folder_.path()), InputError); }

TEST_F(Idx, RefusesAnEmptyFile) { EXPECT_NE(failure({}).find("ends within the IDX header"), std::string::npos); }

TEST_F(Idx, RefusesOtherMagicNumbers) {
    Bytes floats = images_;
    floats[2] = 0x0d;
    EXPECT_NE(failure(floats).find("magic number"), std::string::npos);
}

TEST_F(Idx, RefusesTruncatedValues) {
    EXPECT_NE(failure(first(images_, images_.size() - 1)).find("holds only 11 values"), std::string::npos);
}

TEST_F(Idx, RefusesTrailingBytes) {
    Bytes longer = images_;
    longer.push_back(0);
    EXPECT_NE(failure(longer).find("bytes after"), std::string::npos);
    EXPECT_NE(failure(gzipped(longer)).find("bytes after"), std::string::npos);
}

TEST_F(Idx, RefusesAbsurdDimensions) {
    EXPECT_NE(failure(idx_bytes({0xFFFFFFFFU, 0xFFFFFFFFU, 0xFFFFFFFFU}, {})).find("absurd"), std::string::npos);
    EXPECT_NE(failure(idx_bytes({0}, {})).find("absurd"), std::string::npos);
}

TEST_F(Idx, RefusesGzipCutAnywhere) {
    const Bytes whole = gzipped(images_);
    for (std::size_t n = 0; n < whole.size(); ++n) {
        EXPECT_NE(failure(first(whole, n)), "") << n << " bytes";
    }
}

TEST_F(Idx, RefusesGzipWithAWrongChecksum) {
    Bytes damaged = gzipped(images_);
    damaged[damaged.size() - 6] ^= 0x40U;
    EXPECT_NE(failure(damaged).find("damaged"), std::string::npos);
}

TEST_F(Idx, RefusesBytesAfterTheGzipData) {
    Bytes longer = gzipped(images_);
    longer.push_back('x');
    EXPECT_NE(failure(longer).find("bytes after"), std::string::npos);
}

TEST(IdxMnist, HasItsKnownSizeAndFirstLabels) {
    const char* const data = std::getenv("MLAASIM_DATA");
    const std::filesystem::path file =
        std::filesystem::path{data == nullptr ? "" : data} / "mnist" / "train-labels-idx1-ubyte.gz";
    if (data == nullptr || !std::filesystem::exists(file)) {
        GTEST_SKIP() << "skipped: needs MNIST in MLAASIM_DATA";
    }
    const IdxArray labels = read_idx(file);
    ASSERT_EQ(labels.dimensions, (std::vector<std::uint32_t>{60000}));
    EXPECT_EQ(Bytes(labels.values.begin(), labels.values.begin() + 6), (Bytes{5, 0, 4, 1, 9, 2}));
}

}  // namespace
}  // namespace mlaasim::sim
