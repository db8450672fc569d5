#include "tta/fingerprint.hpp"

#include <utility>

#include "tta/class_means.hpp"

namespace mlaasim::tta {

std::optional<Fingerprint> Fingerprint::of(const Features& stream, std::span<const std::int64_t> labels,
                                           std::size_t classes) {
    Fingerprint fingerprint;
    ClassMeans found = class_means(stream, labels, classes);
    fingerprint.within_ = Gate::fit(deviations(stream, labels, found));
    fingerprint.means_ = std::move(found.means);
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
