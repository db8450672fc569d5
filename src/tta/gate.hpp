// Whether samples look like those that a composition has learnt from: a distance in the features of its first layer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tta/clean_threshold.hpp"

namespace mlaasim::tta {

/// One row of features a sample.
struct Features {
    std::size_t width = 0;
    std::vector<float> values{};  ///< count x width

    [[nodiscard]] std::size_t count() const { return width == 0 ? 0 : values.size() / width; }
    [[nodiscard]] std::span<const float> row(std::size_t sample) const {
        return std::span{values}.subspan(sample * width, width);
    }
};

/// The shrunk Mahalanobis distance of features to clean ones, and the distance from which a sample is flagged.
///
/// Of the clean samples the even ones give mean, deviations s and correlations C, the odd ones the threshold: what is
/// compared with it never had a part in the fit. With z = (x - mean) / s and L L' = .9 C + .1 I,
///     distance = |L^-1 z|^2 / features.
/// Deviations are at least a thousandth of the largest. The threshold is a CleanThreshold.
class Gate {
public:
    /// Nothing where there are less than 20 clean samples, or features that are no numbers.
    [[nodiscard]] static std::optional<Gate> fit(const Features& clean);

    [[nodiscard]] double distance(std::span<const float> features) const;
    /// 1 = farther than the threshold, or no number.
    [[nodiscard]] std::vector<std::uint8_t> flags(const Features& features) const;
    [[nodiscard]] double threshold() const { return threshold_.value(); }

    /// The fewest flags among so many samples that make it open (CleanThreshold).
    [[nodiscard]] std::size_t flags_to_open(std::size_t samples) const { return threshold_.too_many_of(samples); }

private:
    std::vector<double> mean_;
    std::vector<double> inverse_deviation_;
    std::vector<double> factor_;  ///< L, row by row
    CleanThreshold threshold_;
};

}  // namespace mlaasim::tta
