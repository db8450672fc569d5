#include "sim/data/array_values.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace mlaasim::sim {
namespace {

constexpr std::size_t piece = std::size_t{4} << 20U;  ///< bytes read at a time, or one row

/// "|u1 (uint8)": as NumPy writes it, and as its users say.
std::string type_text(std::string_view descr) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 12> names{{{"b1", "bool"},
                                                                                   {"u1", "uint8"},
                                                                                   {"i1", "int8"},
                                                                                   {"u2", "uint16"},
                                                                                   {"i2", "int16"},
                                                                                   {"u4", "uint32"},
                                                                                   {"i4", "int32"},
                                                                                   {"u8", "uint64"},
                                                                                   {"i8", "int64"},
                                                                                   {"f2", "float16"},
                                                                                   {"f4", "float32"},
                                                                                   {"f8", "float64"}}};
    const std::string_view width = descr.substr(std::min<std::size_t>(descr.size(), 1));
    const auto* const found = std::ranges::find(names, width, &std::pair<std::string_view, std::string_view>::first);
    std::string text{descr};
    if (found != names.end()) {
        text += " (" + std::string{descr.starts_with('>') ? "big-endian " : ""} + std::string{found->second} + ")";
    }
    return text;
}

}  // namespace

std::string shape_text(const std::vector<std::uint64_t>& shape) {
    std::string text;
    for (const std::uint64_t extent : shape) {
        text += (text.empty() ? "" : " x ") + std::to_string(extent);
    }
    return text.empty() ? "()" : text;
}

std::uint64_t value_count(const std::vector<std::uint64_t>& shape) {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t count = 1;
    for (const std::uint64_t extent : shape) {
        count = extent > 0 && count > most / extent ? most : count * extent;
    }
    return count;
}

void expect_type(const ArrayReader& array, const std::vector<std::string_view>& types, std::string_view hint) {
    const NpyHeader& header = array.header();
    if (std::ranges::find(types, header.descr) == types.end()) {
        std::string expected;
        for (const std::string_view type : types) {
            expected += (expected.empty() ? "" : type == types.back() ? " or " : ", ") + type_text(type);
        }
        array_problem(array.place(), "has elements of type " + type_text(header.descr), expected, std::string{hint});
    }
    if (header.fortran_order) {
        array_problem(array.place(), "is in Fortran order", "C order", "save numpy.ascontiguousarray(x) instead");
    }
}

void read_in_pieces(ArrayReader& array, std::uint64_t count, std::size_t row_bytes,
                    const std::function<void(std::span<const std::uint8_t>)>& take) {
    const std::uint64_t rows_at_once = std::max<std::uint64_t>(piece / row_bytes, 1);
    std::vector<std::uint8_t> bytes;
    for (std::uint64_t done = 0; done < count;) {
        const std::uint64_t rows = std::min(rows_at_once, count - done);
        bytes.resize(rows * row_bytes);
        array.read(bytes);
        take(bytes);
        done += rows;
    }
    array.expect_end();
}

}  // namespace mlaasim::sim
