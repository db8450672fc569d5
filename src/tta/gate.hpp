// Whether samples look like those that a composition has learnt from: a distance in the features of its first layer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "tta/clean_threshold.hpp"
#include "tta/whitening.hpp"

namespace mlaasim::tta {

/// The shrunk Mahalanobis distance of features to clean ones, and the distance from which a sample is flagged.
///
/// With L^-1 z the whitened features (Whitening),
///     distance = |L^-1 z|^2 / features.
/// The even clean samples give the whitening, the odd ones the threshold (CleanThreshold): what is compared with it
/// never had a part in the fit.
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
    explicit Gate(Whitening whitening) : whitening_{std::move(whitening)} {}

    Whitening whitening_;
    CleanThreshold threshold_;
};

}  // namespace mlaasim::tta
