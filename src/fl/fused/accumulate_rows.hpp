// The inner loop of a weighted sum of many parameter vectors in fixed point (fl/aggregation/fixed_point_sum.hpp).
#pragma once

#include <cstddef>
#include <cstdint>

namespace mlaasim::fl::fused {

inline constexpr std::size_t rows_at_once = 4;

/// One row's part in a pass over several.
struct WeightedRow {
    const float* values = nullptr;
    double factor = 0.0;        ///< from a value to units
    std::uint32_t largest = 0;  ///< magnitude so far, as its bit pattern, which orders NaN above infinity
};

/// A row that is added while it is made: the kernel that makes row[i] also does units[i] += round(row[i] * factor).
struct Addition {
    std::int64_t* units = nullptr;
    double factor = 0.0;
    std::uint32_t* largest = nullptr;  ///< as WeightedRow has it

    [[nodiscard]] Addition at(std::size_t offset) const { return {units + offset, factor, largest}; }
};

/// units[i] += round(row[i] * factor), of `rows_at_once` rows from element `first` on; notes their largest magnitudes.
/// The bits are the same on every instruction set. A product that leaves +-2^51 adds whatever bits it has; adding them
/// again with the sign turned takes them back.
void accumulate_rows(std::int64_t* units, WeightedRow* rows, std::size_t first, std::size_t size);

}  // namespace mlaasim::fl::fused
