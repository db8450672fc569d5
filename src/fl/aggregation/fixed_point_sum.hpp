// A weighted sum of parameter vectors whose bits depend neither on order nor on how the terms are spread over ranks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fl/fused/accumulate_rows.hpp"
#include "sim/core/aligned.hpp"

namespace mlaasim::fl {

/// Scale of a fixed-point sum: one unit is 2^-shift.
///
/// Chosen from what every rank knows before training: a bound on the magnitude of a parameter and the weights. A term w
/// x (|x| <= bound) stays below 2^51 units, so rounding it is exact arithmetic in double, and the whole sum stays below
/// 2^62, so int64 can't overflow. A unit is at most bound x the larger of 2^-49 largest_weight and 2^-60 total_weight,
/// and rounding moves the mean of n terms by at most n / (2 total_weight) units: far less than float's own resolution
/// of the bound.
class FixedPointScale {
public:
    /// `largest_weight` of one term, `total_weight` of all terms together; both at least 1.
    FixedPointScale(double bound, std::int64_t largest_weight, std::int64_t total_weight);

    [[nodiscard]] int shift() const { return shift_; }
    [[nodiscard]] double bound() const { return bound_; }
    [[nodiscard]] std::int64_t largest_weight() const { return largest_weight_; }

private:
    double bound_;
    std::int64_t largest_weight_;
    int shift_;
};

/// The bound used for models that train from `reference`: 256 times its largest magnitude, rounded up to a power of
/// two, at least 256. A parameter that leaves it within one round has diverged.
[[nodiscard]] double divergence_bound(std::span<const float> reference);

class FixedPointSum {
public:
    enum class Outcome : std::uint8_t {
        added,
        not_finite,  ///< the row holds a NaN or an infinity; nothing was added
        too_large,   ///< a magnitude exceeds the bound; nothing was added
    };

    FixedPointSum(std::size_t size, const FixedPointScale& scale);

    /// What `add` would say of a row.
    [[nodiscard]] static Outcome judge(std::span<const float> row, double bound);

    /// Adds weight x row, rounded to units, nearest even; or nothing, when the row can't be added. The weight lies in
    /// [0, largest_weight].
    Outcome add(std::span<const float> row, std::int64_t weight);
    /// Adds many rows in one pass over memory; the outcome of each.
    std::vector<Outcome> add(std::span<const std::span<const float>> rows, std::span<const std::int64_t> weights);
    /// Where the maker of a row adds it while making it, instead of `add`; then `settle` has to be called. `largest` is
    /// 0 at first.
    [[nodiscard]] fused::Addition addition(std::int64_t weight, std::uint32_t& largest);
    /// The outcome of such a row: its weight counts, or what was added of it is taken back.
    Outcome settle(std::span<const float> row, std::int64_t weight, std::uint32_t largest);
    /// Takes back exactly what `add` with the same arguments added.
    void subtract(std::span<const float> row, std::int64_t weight);
    /// Takes back exactly what was added to `part`, a sum of the same scale.
    void subtract(const FixedPointSum& part);

    /// Sum over all ranks: hand these to Communicator::sum. The last element is the weight.
    [[nodiscard]] std::span<std::int64_t> units() { return units_; }
    [[nodiscard]] std::int64_t weight() const { return units_.back(); }
    [[nodiscard]] const FixedPointScale& scale() const { return scale_; }

    /// The weighted mean, rounded to float; needs weight() > 0.
    void mean(std::span<float> out) const;

private:
    [[nodiscard]] double factor(std::int64_t weight) const;

    FixedPointScale scale_;
    sim::AlignedVector<std::int64_t> units_;
};

}  // namespace mlaasim::fl
