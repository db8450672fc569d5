// One array of a .npy file or of a .npz archive, read from its start to its end.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "sim/arrays/npy_header.hpp"

namespace mlaasim::sim {

/// Where an array lies.
struct ArrayPlace {
    std::filesystem::path file;
    std::string entry{};  ///< of the archive, "x_train.npy"; empty where the file is the array
};

/// Throws InputError with the place of the array. `what` says what is wrong, "has 3 dimensions".
[[noreturn]] void array_problem(const ArrayPlace& place, const std::string& what, std::string expected,
                                std::string hint = {});

/// Reads an array. Of an archive, entries may be stored or deflated; their checksums are compared at the end.
class ArrayReader {
public:
    /// Opens the array and reads its header. Throws InputError: not there, no archive, no such entry, no .npy.
    explicit ArrayReader(ArrayPlace place);
    ~ArrayReader();
    ArrayReader(ArrayReader&&) noexcept;
    ArrayReader& operator=(ArrayReader&&) noexcept;

    [[nodiscard]] const ArrayPlace& place() const { return place_; }
    [[nodiscard]] const NpyHeader& header() const { return header_; }

    /// Fills `out` with the next bytes of the values. Throws InputError when the array ends before, or is damaged.
    void read(std::span<std::uint8_t> out);
    /// To be called when all values were read. Throws InputError when more bytes follow.
    void expect_end();

    class Bytes;

private:
    ArrayPlace place_;
    std::unique_ptr<Bytes> bytes_;
    NpyHeader header_;
};

}  // namespace mlaasim::sim
