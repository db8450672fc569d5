#include "tta/class_steering.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tta/softmax.hpp"

namespace mlaasim::tta {

std::vector<double> class_shares(std::span<const float> probabilities, std::size_t classes) {
    constexpr double equal_samples = 20.0;
    std::vector<double> shares(classes, equal_samples / static_cast<double>(classes));
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
        shares[i % classes] += static_cast<double>(probabilities[i]);
    }
    const double total = static_cast<double>(probabilities.size()) / static_cast<double>(classes) + equal_samples;
    for (double& share : shares) {
        share /= total;
    }
    return shares;
}

ClassSteering::ClassSteering(std::span<const double> shares, std::size_t samples, double weight)
    : shares_{shares.begin(), shares.end()},
      samples_{static_cast<double>(samples)},
      weight_{weight},
      pull_(shares.size(), 0.0),
      sums_(shares.size(), 0.0),
      row_(shares.size()) {}

bool ClassSteering::operator()(const fl::LogitsPart& part) {
    for (std::size_t i = 0; i < part.count; ++i) {
        const std::span<float> logits{part.logits + i * part.stride, row_.size()};
        const double logarithm = softmax(std::span<const float>{logits}, row_);
        const double entropy = entropy_of(row_);
        const double pull = std::inner_product(row_.begin(), row_.end(), pull_.begin(), 0.0);
        for (std::size_t c = 0; c < row_.size(); ++c) {
            sums_[c] += row_[c];
            const double surprise = logarithm - static_cast<double>(logits[c]);
            logits[c] = static_cast<float>(row_[c] * (surprise - entropy + pull_[c] - pull) / samples_);
        }
    }
    return true;
}

void ClassSteering::next_step() {
    constexpr double least = 1e-8;
    for (std::size_t c = 0; c < sums_.size(); ++c) {
        pull_[c] = weight_ * std::log(std::max(sums_[c] / samples_, least) / shares_[c]);
        sums_[c] = 0.0;
    }
}

}  // namespace mlaasim::tta
