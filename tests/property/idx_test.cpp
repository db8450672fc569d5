#include "sim/data/idx.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdint>
#include <numeric>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/data/idx_files.hpp"

namespace mlaasim::sim {
namespace {

using testing::Bytes;

/// Reads the bytes as a file: an array that is as large as its dimensions say, or an InputError; nothing else.
void reads_or_refuses(const std::filesystem::path& file, const Bytes& bytes) {
    testing::write_bytes(file, bytes);
    try {
        const IdxArray array = read_idx(file);
        std::uint64_t size = 1;
        for (const std::uint32_t dimension : array.dimensions) {
            size *= dimension;
        }
        RC_ASSERT(array.values.size() == size);
    } catch (const InputError&) {
        RC_SUCCEED("refused");
    }
}

Bytes any_file() {
    const auto rows = *rc::gen::inRange<std::uint32_t>(1, 5);
    Bytes values(3 * rows * 4);
    std::iota(values.begin(), values.end(), std::uint8_t{1});
    const Bytes plain = testing::idx_bytes({3, rows, 4}, values);
    return *rc::gen::arbitrary<bool>() ? testing::gzipped(plain) : plain;
}

TEST(IdxProperty, MutatedBytesAreReadOrRefused) {
    const testing::TemporaryFolder folder;
    EXPECT_TRUE(rc::check([&] {
        Bytes bytes = any_file();
        const int mutations = *rc::gen::inRange(1, 6);
        for (int i = 0; i < mutations; ++i) {
            bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<std::uint8_t>();
        }
        bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size() + 4));
        reads_or_refuses(folder / "mutated", bytes);
    }));
}

TEST(IdxProperty, RandomBytesAreReadOrRefused) {
    const testing::TemporaryFolder folder;
    EXPECT_TRUE(rc::check([&](const Bytes& bytes) { reads_or_refuses(folder / "random", bytes); }));
}

TEST(IdxProperty, WhatWasWrittenIsRead) {
    const testing::TemporaryFolder folder;
    EXPECT_TRUE(rc::check([&](const Bytes& values, bool gzip) {
        RC_PRE(!values.empty());
        const Bytes bytes = testing::idx_bytes({static_cast<std::uint32_t>(values.size())}, values);
        testing::write_bytes(folder / "labels", gzip ? testing::gzipped(bytes) : bytes);
        RC_ASSERT(read_idx(folder / "labels").values == values);
    }));
}

}  // namespace
}  // namespace mlaasim::sim
