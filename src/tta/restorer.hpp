// Samples with something on top of them: which values are those of something else, and what lies below it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/aligned.hpp"
#include "sim/drift/sample_block.hpp"
#include "tta/clean_threshold.hpp"

namespace mlaasim::tta {

/// What clean samples say of the values of a sample: the projection on n of them, shrunk (ridge regression).
///
/// With X the clean samples less their mean, one a row, K = X X' and a strength s,
///     project(y) = X' (K + s tr(K)/n I)^-1 X y.
/// A sample x less that mean is *cluttered* where |x|^2 - x' project(x), s = .01, lies above a CleanThreshold: what the
/// others can't explain of it. It is *restored* by s = .1 in five rounds from y = x on: with r = x - project(y) and v
/// the mean square of r, value by value, on clean samples,
///     w = 3 / (3 + r^2 / v),   y = w x + (1 - w) project(y),
/// so a value that the others can't explain is replaced by what they make of the rest (as if errors had Student's
/// distribution). v is at least a twentieth of its mean over all values.
///
/// Of the clean samples the even ones are projected on; the odd ones give v and the threshold. No label is used.
class Restorer {
public:
    /// Nothing where there are less than 40 clean samples, or values that are no numbers, or none that differ.
    [[nodiscard]] static std::optional<Restorer> fit(const sim::SampleBlock& clean);

    /// 1 = cluttered.
    [[nodiscard]] std::vector<std::uint8_t> flags(const sim::SampleBlock& samples) const;
    /// The fewest of so many samples that are too many for a clean window (CleanThreshold).
    [[nodiscard]] std::size_t flags_to_open(std::size_t samples) const { return threshold_.too_many_of(samples); }
    /// Restores all samples of the block.
    void restore(sim::SampleBlock& samples) const;

    /// Multiplications by which a sample of `values` values is restored, projected on `clean` samples.
    [[nodiscard]] static double multiplications(std::size_t values, std::size_t clean);

private:
    using Floats = sim::AlignedVector<float>;

    /// B = L^-1 X with L L' = K + s tr(K)/n I, so that project(y) = B' B y.
    struct Projection {
        Floats rows;     ///< B: n x stride
        Floats columns;  ///< B': values x padded n
    };

    [[nodiscard]] Projection projection(const std::vector<double>& products, const Floats& transposed,
                                        double strength) const;
    /// Samples less the mean, `count` from `first` on.
    [[nodiscard]] Floats centred(const sim::SampleBlock& samples, std::size_t first, std::size_t count) const;
    /// B y of each row of y.
    [[nodiscard]] Floats coordinates(const Projection& on, const Floats& rows) const;
    /// B' B y of each row of y.
    [[nodiscard]] Floats projected(const Projection& on, const Floats& rows) const;
    [[nodiscard]] std::vector<double> unexplained(const sim::SampleBlock& samples) const;

    std::size_t values_ = 0;  ///< of a sample
    std::size_t stride_ = 0;  ///< of a row: values, padded
    std::size_t clean_ = 0;   ///< n
    std::size_t padded_clean_ = 0;
    Floats zeros_;             ///< a bias that is none
    Floats mean_;              ///< by value
    Floats inverse_variance_;  ///< 1 / v, by value
    Projection test_;          ///< by which samples are found to be cluttered
    Projection below_;         ///< by which they are restored
    CleanThreshold threshold_;
};

}  // namespace mlaasim::tta
