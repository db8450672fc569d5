#include "fl/aggregation/fixed_point_sum.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/clones.hpp"
#include "sim/error.hpp"

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

FixedPointSum::Outcome FixedPointSum::judge(std::span<const float> row, double bound) {
    const std::uint32_t largest = largest_magnitude(row.data(), row.size());
    if (largest >= 0x7F800000U) {
        return Outcome::not_finite;
    }
    if (static_cast<double>(std::bit_cast<float>(largest)) > bound) {
        return Outcome::too_large;
    }
    return Outcome::added;
}

FixedPointSum::Outcome FixedPointSum::add(std::span<const float> row, std::int64_t weight) {
    sim::expects(row.size() + 1 == units_.size(), "a row has the sum's size");
    sim::expects(weight >= 0 && weight <= scale_.largest_weight(), "a weight is at most the scale's largest");
    const Outcome outcome = judge(row, scale_.bound());
    if (outcome != Outcome::added) {
        return outcome;
    }
    accumulate(units_.data(), row.data(), row.size(), std::ldexp(static_cast<double>(weight), scale_.shift()), 0);
    units_.back() += weight;
    return Outcome::added;
}

void FixedPointSum::subtract(std::span<const float> row, std::int64_t weight) {
    sim::expects(row.size() + 1 == units_.size(), "a row has the sum's size");
    accumulate(units_.data(), row.data(), row.size(), std::ldexp(static_cast<double>(weight), scale_.shift()), -1);
    units_.back() -= weight;
}

void FixedPointSum::mean(std::span<float> out) const {
    sim::expects(out.size() + 1 == units_.size() && weight() > 0, "a mean needs weight");
    const double unit = std::ldexp(1.0, -scale_.shift()) / static_cast<double>(weight());
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<float>(static_cast<double>(units_[i]) * unit);
    }
}

}  // namespace mlaasim::fl
