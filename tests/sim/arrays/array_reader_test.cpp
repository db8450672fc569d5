#include "sim/arrays/array_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/arrays/array_files.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

using namespace testing;

/// What reading the whole array says; empty when it is read.
std::string mistake(const ArrayPlace& place, std::size_t bytes) {
    try {
        ArrayReader reader{place};
        Bytes values(bytes);
        reader.read(values);
        reader.expect_end();
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

class ArrayReading : public ::testing::Test {
protected:
    TemporaryFolder folder_;
    const Bytes values_{1, 2, 3, 4, 5, 6};
    const Bytes array_ = npy("|u1", {2, 3}, values_);

    ArrayPlace file(const Bytes& bytes) {
        write_bytes(folder_ / "a.npy", bytes);
        return {.file = folder_ / "a.npy"};
    }
};

TEST_F(ArrayReading, FilesAndEntriesGiveTheSameValues) {
    write_npz(folder_ / "stored.npz", {{"a.npy", array_}});
    write_npz(folder_ / "deflated.npz", {{"a.npy", array_}}, true);
    for (const ArrayPlace& place :
         {file(array_), ArrayPlace{folder_ / "stored.npz", "a.npy"}, ArrayPlace{folder_ / "deflated.npz", "a.npy"}}) {
        ArrayReader reader{place};
        EXPECT_EQ(reader.header().shape, (std::vector<std::uint64_t>{2, 3}));
        Bytes read(6);
        reader.read(read);
        reader.expect_end();
        EXPECT_EQ(read, values_) << place.file;
    }
}

TEST_F(ArrayReading, ShortAndLongArraysAreNamed) {
    Bytes bytes = array_;
    bytes.push_back(7);
    EXPECT_NE(mistake(file(bytes), 6).find("has bytes after its values"), std::string::npos);
    bytes.resize(array_.size() - 1);
    EXPECT_NE(mistake(file(bytes), 6).find("ends too early"), std::string::npos);
    bytes.resize(40);
    EXPECT_NE(mistake(file(bytes), 6).find("ends within its header"), std::string::npos);
    EXPECT_NE(mistake(file({1, 2, 3}), 6).find("does not start as a .npy file does"), std::string::npos);
}

TEST_F(ArrayReading, UnknownVersionsAndLongHeadersAreNamed) {
    Bytes bytes = array_;
    bytes[6] = 9;
    EXPECT_NE(mistake(file(bytes), 6).find("format version 9.0"), std::string::npos);
    bytes[6] = 2;
    EXPECT_NE(mistake(file(bytes), 6).find("has a header of"), std::string::npos);
}

TEST_F(ArrayReading, VersionTwoHasALongerLength) {
    Bytes bytes = array_;
    bytes[6] = 2;
    bytes.insert(bytes.begin() + 10, {0, 0});
    EXPECT_EQ(mistake(file(bytes), 6), "");
}

TEST_F(ArrayReading, WhatIsMissingIsNamed) {
    EXPECT_NE(mistake({.file = folder_ / "none.npy"}, 6).find("none.npy"), std::string::npos);
    EXPECT_NE(mistake({folder_.path(), "a.npy"}, 6).find("this is a folder"), std::string::npos);
    write_npz(folder_ / "b.npz", {{"b.npy", array_}});
    const std::string message = mistake({folder_ / "b.npz", "a.npy"}, 6);
    EXPECT_NE(message.find("has no array a.npy (expected one of its arrays: b.npy)"), std::string::npos) << message;
    write_bytes(folder_ / "c.npz", array_);
    EXPECT_NE(mistake({folder_ / "c.npz", "a.npy"}, 6).find("can't be opened as an archive"), std::string::npos);
}

TEST_F(ArrayReading, ADamagedEntryIsFoundByItsChecksum) {
    write_npz(folder_ / "a.npz", {{"a.npy", array_}});
    Bytes bytes = read_bytes(folder_ / "a.npz");
    const auto at = std::search(bytes.begin(), bytes.end(), values_.begin(), values_.end());
    ASSERT_NE(at, bytes.end());
    *at ^= 1U;
    write_bytes(folder_ / "a.npz", bytes);
    EXPECT_NE(mistake({folder_ / "a.npz", "a.npy"}, 6).find("is damaged"), std::string::npos);
}

}  // namespace
}  // namespace mlaasim::sim
