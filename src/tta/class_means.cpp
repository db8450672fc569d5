#include "tta/class_means.hpp"

#include "sim/core/error.hpp"

namespace mlaasim::tta {

ClassMeans class_means(const Features& features, std::span<const std::int64_t> labels, std::size_t classes) {
    sim::expects(features.count() == labels.size(), "a label a sample");
    ClassMeans found{std::vector<std::vector<double>>(classes), std::vector<std::size_t>(classes, 0)};
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto y = static_cast<std::size_t>(labels[i]);
        found.means[y].resize(features.width, 0.0);
        ++found.counts[y];
        for (std::size_t f = 0; f < features.width; ++f) {
            found.means[y][f] += features.row(i)[f];
        }
    }
    for (std::size_t y = 0; y < classes; ++y) {
        for (double& value : found.means[y]) {
            value /= static_cast<double>(found.counts[y]);
        }
    }
    return found;
}

Features deviations(Features features, std::span<const std::int64_t> labels, const ClassMeans& classes) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const std::vector<double>& mean = classes.means[static_cast<std::size_t>(labels[i])];
        for (std::size_t f = 0; f < mean.size(); ++f) {
            features.values[i * features.width + f] -= static_cast<float>(mean[f]);
        }
    }
    return features;
}

}  // namespace mlaasim::tta
