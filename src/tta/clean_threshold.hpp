// From which score on a sample is unlike clean ones, and how many such samples a clean window rarely has.
#pragma once

#include <cstddef>
#include <vector>

namespace mlaasim::tta {

/// The k-th largest of N scores of clean samples that had no part in what gives the scores, k = max(1, floor(.02 N)).
class CleanThreshold {
public:
    CleanThreshold() = default;
    /// Precondition: there are scores.
    explicit CleanThreshold(std::vector<double> clean);

    [[nodiscard]] double value() const { return value_; }
    /// Whether a score lies above, or is no number.
    [[nodiscard]] bool is_exceeded_by(double score) const { return !(score <= value_); }
    /// From how many such samples of a window on they are too many for a clean one: the odds of so many are at most
    /// .01, and they are more than 2 %. A clean sample lies beyond the k-th largest of N others with a probability of
    /// Beta(k, N - k + 1), so their number is beta-binomial. `samples` + 1 where no number is too many.
    [[nodiscard]] std::size_t too_many_of(std::size_t samples) const;

private:
    double value_ = 0.0;
    std::size_t compared_ = 0;  ///< N
    std::size_t beyond_ = 0;    ///< k
};

}  // namespace mlaasim::tta
