#include "tta/fingerprint.hpp"

#include <algorithm>

#include "sim/core/error.hpp"

namespace mlaasim::tta {
namespace {

struct ClassMeans {
    std::vector<std::vector<double>> means{};  ///< by class; empty: no sample
    std::vector<std::size_t> counts{};
};

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

}  // namespace

std::optional<Fingerprint> Fingerprint::of(const Features& stream, std::span<const std::int64_t> labels,
                                           std::size_t classes) {
    Fingerprint fingerprint;
    fingerprint.means_ = class_means(stream, labels, classes).means;
    Features deviations = stream;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        for (std::size_t f = 0; f < stream.width; ++f) {
            deviations.values[i * stream.width + f] -=
                static_cast<float>(fingerprint.means_[static_cast<std::size_t>(labels[i])][f]);
        }
    }
    fingerprint.within_ = Gate::fit(deviations);
    return fingerprint.within_ ? std::optional{std::move(fingerprint)} : std::nullopt;
}

std::optional<double> Fingerprint::distance(const Features& data, std::span<const std::int64_t> labels) const {
    const ClassMeans own = class_means(data, labels, means_.size());
    std::vector<float> off(data.width);
    double sum = 0.0;
    std::size_t samples = 0;
    for (std::size_t y = 0; y < means_.size(); ++y) {
        if (own.counts[y] == 0 || means_[y].empty()) {
            continue;
        }
        for (std::size_t f = 0; f < data.width; ++f) {
            off[f] = static_cast<float>(own.means[y][f] - means_[y][f]);
        }
        sum += static_cast<double>(own.counts[y]) * within_->distance(off) - 1.0;
        samples += own.counts[y];
    }
    return samples > 0 ? std::optional{sum / static_cast<double>(samples)} : std::nullopt;
}

}  // namespace mlaasim::tta
