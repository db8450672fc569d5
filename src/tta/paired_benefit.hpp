// What other predictions are worth on labelled samples, compared sample by sample.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace mlaasim::tta {

/// By how much half the Brier loss falls, in [-1, 1]: its mean over the samples, and a bound that the true mean exceeds
/// in 95 of 100 cases: mean - 1.645 sqrt(variance / samples).
struct PairedBenefit {
    std::size_t samples = 0;
    double mean = 0.0;
    double lower_bound = 0.0;
};

/// `plain`, `other`: probabilities, one row of `classes` a sample. Numbers that are not finite count as the worst loss.
[[nodiscard]] PairedBenefit paired_benefit(std::span<const float> plain, std::span<const float> other,
                                           std::span<const std::int64_t> labels, std::size_t classes);

}  // namespace mlaasim::tta
