// How much the data of a service are like those of a stream, from a few numbers a class: no sample leaves the service.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tta/gate.hpp"

namespace mlaasim::tta {

/// Class-conditional means of a stream's features, and how widely they vary within a class.
///
/// A service of which class y has n_y samples with mean features phi_y is compared class by class:
///     d = sum_y (n_y D(phi_y - mu_y) - 1) / sum_y n_y
/// with D the shrunk Mahalanobis distance (Gate) of the stream's deviations from its class means mu_y. D of one sample
/// of the class itself is about 1, of a mean of n about 1/n, so d is about 0 for the stream's own samples, however many
/// there are and however the classes are mixed.
class Fingerprint {
public:
    /// Of labelled samples; nothing where there are too few for a distance, or features that are no numbers.
    [[nodiscard]] static std::optional<Fingerprint> of(const Features& stream, std::span<const std::int64_t> labels,
                                                       std::size_t classes);

    /// d of a service's samples; nothing when the stream has shown no class that they have.
    [[nodiscard]] std::optional<double> distance(const Features& data, std::span<const std::int64_t> labels) const;

private:
    std::vector<std::vector<double>> means_{};  ///< by class; empty: not seen
    std::optional<Gate> within_{};
};

}  // namespace mlaasim::tta
