#include "tta/shared_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "sim/core/error.hpp"
#include "tta/first_layer.hpp"
#include "tta/flagged_adaptation.hpp"

namespace mlaasim::tta {
namespace {

constexpr std::size_t batch = 32;
constexpr double least_cosine = 0.7;
constexpr double most_left_of_drift = 0.5;  ///< its squared length
constexpr std::size_t most_groups = 64;

bool are_alike(std::span<const double> a, std::span<const double> b) {
    return dot(a, b) > least_cosine * std::sqrt(squared_length(a) * squared_length(b));
}

}  // namespace

std::vector<std::size_t> drifted_alike(std::span<const std::vector<double>> drifts) {
    std::vector<std::size_t> firsts;
    std::vector<std::size_t> first_of(drifts.size());
    for (std::size_t i = 0; i < drifts.size(); ++i) {
        first_of[i] = i;
        const auto found =
            std::ranges::find_if(firsts, [&](std::size_t first) { return are_alike(drifts[first], drifts[i]); });
        if (found != firsts.end()) {
            first_of[i] = *found;
        } else if (firsts.size() < most_groups) {
            firsts.push_back(i);
        }
    }
    return first_of;
}

std::optional<SharedStatistics> SharedStatistics::fit(const ServedComposition& composition,
                                                      const sim::SampleBlock& samples) {
    sim::expects(composition.mixes != nullptr, "the composition has class mixes");
    SharedStatistics found;
    found.parameters_.assign(composition.parameters.begin(), composition.parameters.end());
    composition.adapter->adapt(
        found.parameters_, samples, samples.count(),
        {.share = share_of(samples.count()), .spread = fl::BatchNormAdaptation::Spread::of_means});
    if (!is_usable(found.parameters_, composition.parameters)) {
        return std::nullopt;
    }
    const Features features = first_layer_features(composition.model, composition.parameters, samples);
    found.drift_ = composition.mixes->drift(composition.mixes->mean_of(features, 0, features.count())).vector;
    return found;
}

std::vector<std::uint8_t> SharedStatistics::drifted(const ServedComposition& composition,
                                                    const sim::SampleBlock& samples) const {
    sim::expects(composition.mixes != nullptr, "the composition has class mixes");
    const ClassMixes& mixes = *composition.mixes;
    const Features features = first_layer_features(composition.model, composition.parameters, samples);
    std::vector<std::uint8_t> flags(samples.count(), 0);
    for (std::size_t first = 0; first < flags.size();) {
        const std::size_t left = flags.size() - first;
        const std::size_t count = left < 2 * batch ? left : batch;
        const std::vector<double> mean = mixes.mean_of(features, first, count);
        std::vector<double> taken_off = mean;
        std::ranges::transform(mean, drift_, taken_off.begin(), std::minus<>{});
        const bool fits = squared_length(mixes.drift(taken_off).vector) <
                          most_left_of_drift * squared_length(mixes.drift(mean).vector);
        std::fill_n(flags.begin() + static_cast<std::ptrdiff_t>(first), count, fits ? 1 : 0);
        first += count;
    }
    return flags;
}

}  // namespace mlaasim::tta
