// Whatever stands in NumPy's files, they are read or refused.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "sim/arrays/array_files.hpp"
#include "sim/core/error.hpp"
#include "sim/data/array_dataset.hpp"

namespace mlaasim::sim {
namespace {

using testing::Bytes;
using testing::Entries;

void mutate(Bytes& bytes) {
    const int mutations = *rc::gen::inRange(1, 6);
    for (int i = 0; i < mutations; ++i) {
        bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<std::uint8_t>();
    }
    bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size() + 4));
}

void decodes_or_refuses(const DatasetArrays& arrays) {
    try {
        const DecodedDataset decoded = decode_arrays(arrays, 0);
        RC_ASSERT(decoded.train.values.size() == decoded.train.labels.size() * decoded.shape.size());
        RC_ASSERT(decoded.test.values.size() == decoded.test.labels.size() * decoded.shape.size());
        RC_ASSERT(decoded.classes >= 2U);
    } catch (const InputError& error) {
        RC_ASSERT(!error.problems().front().file.empty());
    }
}

TEST(ArrayFilesProperty, MutatedArchivesAreReadOrRefused) {
    const testing::TemporaryFolder folder;
    const auto file = folder / "mutated.npz";
    EXPECT_TRUE(rc::check([&] {
        testing::write_npz(file, testing::image_arrays(6, 5), *rc::gen::arbitrary<bool>());
        Bytes bytes = testing::read_bytes(file);
        mutate(bytes);
        testing::write_bytes(file, bytes);
        decodes_or_refuses({{file, "x_train.npy"}, {file, "y_train.npy"}, {file, "x_test.npy"}, {file, "y_test.npy"}});
    }));
}

TEST(ArrayFilesProperty, MutatedArraysAreReadOrRefused) {
    const testing::TemporaryFolder folder;
    EXPECT_TRUE(rc::check([&] {
        Entries entries = testing::image_arrays(6, 5);
        mutate(entries[*rc::gen::inRange<std::size_t>(0, entries.size())].second);
        for (const auto& [name, bytes] : entries) {
            testing::write_bytes(folder / name, bytes);
        }
        decodes_or_refuses({{.file = folder / "x_train.npy"},
                            {.file = folder / "y_train.npy"},
                            {.file = folder / "x_test.npy"},
                            {.file = folder / "y_test.npy"}});
    }));
}

TEST(ArrayFilesProperty, RandomHeadersAreReadOrRefused) {
    const testing::TemporaryFolder folder;
    const auto file = folder / "random.npy";
    EXPECT_TRUE(rc::check([&](const Bytes& random) {
        Bytes bytes = testing::npy("|u1", {1}, {0});
        bytes.resize(10);
        bytes[8] = static_cast<std::uint8_t>(random.size());
        bytes.insert(bytes.end(), random.begin(), random.end());
        testing::write_bytes(file, bytes);
        decodes_or_refuses({{.file = file}, {.file = file}, {.file = file}, {.file = file}});
    }));
}

}  // namespace
}  // namespace mlaasim::sim
