#include "fl/aggregation/fixed_point_sum.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>

#include "fl/fused/accumulate_rows.hpp"
#include "sim/core/clones.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {
namespace {

constexpr std::uint32_t magnitude_bits = 0x7FFFFFFFU;

/// Largest magnitude as its bit pattern, which orders NaN above infinity above every number.
MLAASIM_CLONES std::uint32_t largest_magnitude(const float* row, std::size_t size) {
    std::uint32_t largest = 0;
    for (std::size_t i = 0; i < size; ++i) {
        largest = std::max(largest, std::bit_cast<std::uint32_t>(row[i]) & magnitude_bits);
    }
    return largest;
}

/// units += sign * round(row * factor). Adding 1.5 * 2^52 leaves the rounded integer in the low bits of the double.
MLAASIM_CLONES void accumulate(std::int64_t* units, const float* row, std::size_t size, double factor,
                               std::int64_t sign) {
    constexpr double magic = 0x1.8p52;
    for (std::size_t i = 0; i < size; ++i) {
        const double rounded = static_cast<double>(row[i]) * factor + magic;
        const std::int64_t value = std::bit_cast<std::int64_t>(rounded) - std::bit_cast<std::int64_t>(magic);
        units[i] += (value ^ sign) - sign;
    }
}

/// out = units * unit, in double. A unit is converted in two halves, which vectors can do and which rounds once, as the
/// conversion of the whole does.
MLAASIM_CLONES void scale_units(const std::int64_t* __restrict units, std::size_t size, double unit,
                                float* __restrict out) {
    constexpr double low_half = 0x1p32;
    for (std::size_t i = 0; i < size; ++i) {
        const auto high = static_cast<std::int32_t>(units[i] >> 32);
        const auto low = static_cast<std::uint32_t>(units[i]);
        const double whole = static_cast<double>(high) * low_half + static_cast<double>(low);
        out[i] = static_cast<float>(whole * unit);
    }
}

/// Columns of all rows that are added at once: their units stay in the second-level cache, and the rows are read in
/// long runs, which the processor foresees (runs of 8 KiB took twice the time).
constexpr std::size_t columns_at_once = 65536;

int ceil_log2(double value) {
    int exponent = 0;
    const double mantissa = std::frexp(value, &exponent);
    return mantissa == 0.5 ? exponent - 1 : exponent;
}

}  // namespace

FixedPointScale::FixedPointScale(double bound, std::int64_t largest_weight, std::int64_t total_weight)
    : bound_{bound}, largest_weight_{largest_weight} {
    sim::expects(bound > 0.0 && std::isfinite(bound), "the bound is a positive number");
    sim::expects(largest_weight >= 1 && total_weight >= largest_weight, "weights are positive");
    shift_ = std::min(51 - ceil_log2(bound * static_cast<double>(largest_weight)),
                      62 - ceil_log2(bound * static_cast<double>(total_weight))) -
             1;
}

double divergence_bound(std::span<const float> reference) {
    const std::uint32_t largest = largest_magnitude(reference.data(), reference.size());
    const double magnitude = std::bit_cast<float>(largest);
    sim::expects(std::isfinite(magnitude), "the reference parameters are finite");
    return std::ldexp(1.0, 8 + std::max(0, ceil_log2(std::max(magnitude, 1.0))));
}

FixedPointSum::FixedPointSum(std::size_t size, const FixedPointScale& scale) : scale_{scale}, units_(size + 1, 0) {}

namespace {

FixedPointSum::Outcome outcome_of(std::uint32_t largest, double bound) {
    if (largest >= 0x7F800000U) {
        return FixedPointSum::Outcome::not_finite;
    }
    return static_cast<double>(std::bit_cast<float>(largest)) > bound ? FixedPointSum::Outcome::too_large
                                                                      : FixedPointSum::Outcome::added;
}

}  // namespace

FixedPointSum::Outcome FixedPointSum::judge(std::span<const float> row, double bound) {
    return outcome_of(largest_magnitude(row.data(), row.size()), bound);
}

double FixedPointSum::factor(std::int64_t weight) const {
    sim::expects(weight >= 0 && weight <= scale_.largest_weight(), "a weight is at most the scale's largest");
    return std::ldexp(static_cast<double>(weight), scale_.shift());
}

FixedPointSum::Outcome FixedPointSum::add(std::span<const float> row, std::int64_t weight) {
    sim::expects(row.size() + 1 == units_.size(), "a row has the sum's size");
    const double scaled = factor(weight);
    const Outcome outcome = judge(row, scale_.bound());
    if (outcome != Outcome::added) {
        return outcome;
    }
    accumulate(units_.data(), row.data(), row.size(), scaled, 0);
    units_.back() += weight;
    return Outcome::added;
}

std::vector<FixedPointSum::Outcome> FixedPointSum::add(std::span<const std::span<const float>> rows,
                                                       std::span<const std::int64_t> weights) {
    sim::expects(rows.size() == weights.size(), "every row has a weight");
    std::vector<fused::WeightedRow> parts(rows.size() / fused::rows_at_once * fused::rows_at_once);
    for (std::size_t r = 0; r < parts.size(); ++r) {
        sim::expects(rows[r].size() + 1 == units_.size(), "a row has the sum's size");
        parts[r] = {rows[r].data(), factor(weights[r]), 0};
    }
    const std::size_t size = units_.size() - 1;
    for (std::size_t first = 0; first < size; first += columns_at_once) {
        const std::size_t columns = std::min(columns_at_once, size - first);
        for (std::size_t r = 0; r < parts.size(); r += fused::rows_at_once) {
            fused::accumulate_rows(units_.data() + first, &parts[r], first, columns);
        }
    }
    std::vector<Outcome> outcomes;
    for (std::size_t r = 0; r < parts.size(); ++r) {
        outcomes.push_back(outcome_of(parts[r].largest, scale_.bound()));
        if (outcomes.back() == Outcome::added) {
            units_.back() += weights[r];
        } else {
            accumulate(units_.data(), parts[r].values, size, parts[r].factor, -1);
        }
    }
    for (std::size_t r = parts.size(); r < rows.size(); ++r) {
        outcomes.push_back(add(rows[r], weights[r]));
    }
    return outcomes;
}

fused::Addition FixedPointSum::addition(std::int64_t weight, std::uint32_t& largest) {
    return {.units = units_.data(), .factor = factor(weight), .largest = &largest};
}

FixedPointSum::Outcome FixedPointSum::settle(std::span<const float> row, std::int64_t weight, std::uint32_t largest) {
    sim::expects(row.size() + 1 == units_.size(), "a row has the sum's size");
    const Outcome outcome = outcome_of(largest, scale_.bound());
    if (outcome == Outcome::added) {
        units_.back() += weight;
    } else {
        accumulate(units_.data(), row.data(), row.size(), factor(weight), -1);
    }
    return outcome;
}

void FixedPointSum::subtract(std::span<const float> row, std::int64_t weight) {
    sim::expects(row.size() + 1 == units_.size(), "a row has the sum's size");
    accumulate(units_.data(), row.data(), row.size(), factor(weight), -1);
    units_.back() -= weight;
}

void FixedPointSum::subtract(const FixedPointSum& part) {
    sim::expects(part.units_.size() == units_.size() && part.scale_.shift() == scale_.shift(),
                 "a part has the sum's size and scale");
    std::ranges::transform(units_, part.units_, units_.begin(), std::minus{});
}

void FixedPointSum::mean(std::span<float> out) const {
    sim::expects(out.size() + 1 == units_.size() && weight() > 0, "a mean needs weight");
    const double unit = std::ldexp(1.0, -scale_.shift()) / static_cast<double>(weight());
    scale_units(units_.data(), out.size(), unit, out.data());
}

}  // namespace mlaasim::fl
