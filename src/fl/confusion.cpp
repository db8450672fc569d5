#include "fl/confusion.hpp"

#include <numeric>

#include "sim/core/error.hpp"

namespace mlaasim::fl {

void Confusion::add(const Confusion& other) {
    sim::expects(other.classes_ == classes_, "confusions have the same classes");
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        counts_[i] += other.counts_[i];
    }
    loss_sum_ += other.loss_sum_;
}

std::int64_t Confusion::total() const { return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0}); }

std::int64_t Confusion::correct() const {
    std::int64_t sum = 0;
    for (std::size_t c = 0; c < classes_; ++c) {
        sum += counts_[c * classes_ + c];
    }
    return sum;
}

Metrics Confusion::metrics() const {
    const std::int64_t samples = total();
    if (samples == 0) {
        return {};
    }
    Metrics metrics{.accuracy = static_cast<double>(correct()) / static_cast<double>(samples),
                    .loss = loss_sum_ / static_cast<double>(samples)};
    double present = 0.0;
    for (std::size_t c = 0; c < classes_; ++c) {
        std::int64_t truths = 0;
        std::int64_t predictions = 0;
        for (std::size_t k = 0; k < classes_; ++k) {
            truths += counts_[c * classes_ + k];
            predictions += counts_[k * classes_ + c];
        }
        if (truths == 0) {
            continue;
        }
        const auto hits = static_cast<double>(counts_[c * classes_ + c]);
        const double precision = predictions > 0 ? hits / static_cast<double>(predictions) : 0.0;
        const double recall = hits / static_cast<double>(truths);
        metrics.precision += precision;
        metrics.recall += recall;
        metrics.f1 += precision + recall > 0.0 ? 2.0 * precision * recall / (precision + recall) : 0.0;
        present += 1.0;
    }
    metrics.precision /= present;
    metrics.recall /= present;
    metrics.f1 /= present;
    return metrics;
}

Confusion Confusion::from(std::uint32_t classes, std::span<const std::int64_t> counts, double loss_sum) {
    Confusion confusion{classes};
    sim::expects(counts.size() == confusion.counts_.size(), "counts are classes x classes");
    confusion.counts_.assign(counts.begin(), counts.end());
    confusion.loss_sum_ = loss_sum;
    return confusion;
}

Metrics overall_metrics(std::span<const Confusion> parts, std::uint32_t classes) {
    Confusion all{classes};
    for (const Confusion& part : parts) {
        all.add(part);
    }
    return all.metrics();
}

}  // namespace mlaasim::fl
