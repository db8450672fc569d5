// The header of NumPy's .npy format: what an array's elements are, and its shape. Specification: NumPy Enhancement
// Proposal 1, and the documentation of numpy.lib.format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mlaasim::sim {

struct NpyHeader {
    std::string descr;  ///< type of the elements as NumPy writes it: "|u1", "<i8"
    bool fortran_order = false;
    std::vector<std::uint64_t> shape;  ///< empty: one value without dimensions
};

/// Bytes of the longest header that is read. Those of arrays without named fields have 128.
inline constexpr std::size_t most_npy_header_bytes = 65536;

/// Reads the text of a header: a literal dictionary of Python with the keys descr, fortran_order and shape. Throws
/// std::invalid_argument saying what is wrong with it.
[[nodiscard]] NpyHeader parse_npy_header(std::string_view text);

/// What stands before the values in a file of version 1.0: magic, version, length and text, a multiple of 64 bytes.
[[nodiscard]] std::string npy_preamble(const NpyHeader& header);

}  // namespace mlaasim::sim
