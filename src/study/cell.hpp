// One value of a trace, compared by its bits.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace mlaasim::study {

/// By the type of its column: an integer, a real number or a text.
using Cell = std::variant<std::int64_t, double, std::string>;

/// Whether two real numbers have the same bits: NaN equals a NaN of the same bits, and 0 differs from -0.
[[nodiscard]] inline bool same_bits(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// By how much two numbers differ.
struct Gap {
    double absolute = 0.0;  ///< |a - b|
    double relative = 0.0;  ///< |a - b| / max(|a|, |b|)
};

/// None for texts, and where a number is infinite or NaN.
[[nodiscard]] std::optional<Gap> gap_between(const Cell& a, const Cell& b);

/// The shortest decimal that reads back as the same value. A NaN also shows its bits, because NaNs may differ in them.
[[nodiscard]] std::string cell_text(const Cell& cell);

}  // namespace mlaasim::study
