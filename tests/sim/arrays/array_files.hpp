// Builds NumPy's files for tests.
#pragma once

#include <gtest/gtest.h>
#include <zip.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "sim/arrays/npy_header.hpp"
#include "sim/data/temporary_folder.hpp"

namespace mlaasim::sim::testing {

/// The bytes of a .npy file.
inline Bytes npy(const std::string& descr, const std::vector<std::uint64_t>& shape, const Bytes& values,
                 bool fortran_order = false) {
    const std::string start = npy_preamble({.descr = descr, .fortran_order = fortran_order, .shape = shape});
    Bytes bytes{start.begin(), start.end()};
    bytes.insert(bytes.end(), values.begin(), values.end());
    return bytes;
}

/// Little-endian bytes of numbers.
template <class Integer>
Bytes bytes_of(const std::vector<Integer>& numbers) {
    const auto* const first = reinterpret_cast<const std::uint8_t*>(numbers.data());
    return {first, first + numbers.size() * sizeof(Integer)};
}

using Entries = std::vector<std::pair<std::string, Bytes>>;

/// Writes an archive with entries of these names and bytes.
inline void write_npz(const std::filesystem::path& file, const Entries& entries, bool deflate = false) {
    zip_t* const archive = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    ASSERT_NE(archive, nullptr);
    for (const auto& [name, bytes] : entries) {
        zip_source_t* const source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
        const zip_int64_t index = zip_file_add(archive, name.c_str(), source, ZIP_FL_OVERWRITE);
        ASSERT_GE(index, 0);
        ASSERT_EQ(zip_set_file_compression(archive, static_cast<zip_uint64_t>(index),
                                           deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0),
                  0);
    }
    ASSERT_EQ(zip_close(archive), 0);
}

/// `count` images of 2 x 3 pixels: image i holds i, i + 1, ..., i + 5 and has label i mod 4.
inline Entries image_arrays(std::uint32_t train, std::uint32_t test) {
    Entries entries;
    for (const auto& [pool, count] : {std::pair{"train", train}, {"test", test}}) {
        Bytes images;
        std::vector<std::int64_t> labels;
        for (std::uint32_t i = 0; i < count; ++i) {
            for (std::uint32_t k = 0; k < 6; ++k) {
                images.push_back(static_cast<std::uint8_t>(i + k));
            }
            labels.push_back(i % 4);
        }
        entries.emplace_back(std::string{"x_"} + pool + ".npy", npy("|u1", {count, 2, 3}, images));
        entries.emplace_back(std::string{"y_"} + pool + ".npy", npy("<i8", {count}, bytes_of(labels)));
    }
    return entries;
}

}  // namespace mlaasim::sim::testing
