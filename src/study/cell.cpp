#include "study/cell.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace mlaasim::study {
namespace {

std::optional<double> number(const Cell& cell) {
    if (const auto* const integer = std::get_if<std::int64_t>(&cell)) {
        return static_cast<double>(*integer);
    }
    const auto* const real = std::get_if<double>(&cell);
    return real != nullptr && std::isfinite(*real) ? std::optional{*real} : std::nullopt;
}

}  // namespace

std::optional<Gap> gap_between(const Cell& a, const Cell& b) {
    const std::optional<double> first = number(a);
    const std::optional<double> second = number(b);
    if (!first || !second) {
        return std::nullopt;
    }
    const double absolute = std::fabs(*first - *second);
    const double largest = std::max(std::fabs(*first), std::fabs(*second));
    return Gap{.absolute = absolute, .relative = largest > 0.0 ? absolute / largest : 0.0};
}

std::string cell_text(const Cell& cell) {
    if (const auto* const text = std::get_if<std::string>(&cell)) {
        return text->empty() ? "\"\"" : *text;
    }
    if (const auto* const integer = std::get_if<std::int64_t>(&cell)) {
        return std::to_string(*integer);
    }
    const double real = std::get<double>(cell);
    return std::isnan(real) ? fmt::format("NaN (bits {:#x})", std::bit_cast<std::uint64_t>(real))
                            : fmt::format("{}", real);
}

}  // namespace mlaasim::study
