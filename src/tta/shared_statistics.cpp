#include "tta/shared_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "sim/core/error.hpp"
#include "tta/alignment.hpp"
#include "tta/first_layer.hpp"
#include "tta/flagged_adaptation.hpp"
#include "tta/total_variation.hpp"

namespace mlaasim::tta {
namespace {

constexpr std::size_t batch = 32;
constexpr double least_cosine = 0.7;
constexpr double most_left_of_drift = 0.5;  ///< its squared length
constexpr std::size_t most_groups = 64;
constexpr double most_entropy_of_known = 1.1;  ///< of that without a correction
constexpr double most_entropy_of_estimated = 0.8;
constexpr double most_apart = 0.6;  ///< a known mix and the estimated one
constexpr std::size_t mixed_samples = 1024;

using Parameters = sim::AlignedVector<float>;

bool are_alike(std::span<const double> a, std::span<const double> b) {
    return dot(a, b) > least_cosine * std::sqrt(squared_length(a) * squared_length(b));
}

/// About 1,024 samples of the reference, with this mix of classes. Of each class they are spread over all that there
/// are, as those of one provider lie together; where there are too few, some are there again.
sim::SampleBlock mixed(const ServedComposition& composition, std::span<const double> mix) {
    const sim::SampleBlock& reference = composition.reference();
    std::vector<std::vector<std::uint32_t>> by_class(composition.model.classes());
    for (std::size_t i = 0; i < reference.count(); ++i) {
        by_class[static_cast<std::size_t>(reference.labels()[i])].push_back(static_cast<std::uint32_t>(i));
    }
    std::vector<std::uint32_t> taken;
    const std::span<const std::size_t> classes = composition.mixes->classes();
    for (std::size_t c = 0; c < classes.size(); ++c) {
        const std::vector<std::uint32_t>& of_class = by_class[classes[c]];
        const auto count = static_cast<std::size_t>(std::lround(mix[c] * static_cast<double>(mixed_samples)));
        for (std::size_t i = 0; i < count; ++i) {
            taken.push_back(of_class[(2 * i + 1) * of_class.size() / (2 * count)]);
        }
    }
    sim::SampleBlock block;
    block.take(reference, taken);
    return block;
}

Parameters moved(const ServedComposition& composition, const sim::SampleBlock& samples,
                 const fl::ClassMixCorrection* correction) {
    Parameters parameters{composition.parameters.begin(), composition.parameters.end()};
    composition.adapter->adapt(parameters, samples, samples.count(),
                               {.share = share_of(samples.count()),
                                .spread = fl::BatchNormAdaptation::Spread::of_means,
                                .correction = correction});
    return parameters;
}

Parameters moved_by_mix(const ServedComposition& composition, const sim::SampleBlock& samples,
                        std::span<const double> mix) {
    const fl::ClassMixCorrection correction{.usual = composition.reference_moments(),
                                            .mixed = moments_of(composition, mixed(composition, mix))};
    return moved(composition, samples, &correction);
}

double mean_entropy(const ServedComposition& composition, std::span<const float> parameters,
                    const sim::SampleBlock& samples) {
    const std::vector<double> each =
        entropies(composition.predict_with(parameters, samples), composition.model.classes());
    return std::accumulate(each.begin(), each.end(), 0.0) / static_cast<double>(each.size());
}

}  // namespace

fl::BatchNormMoments moments_of(const ServedComposition& composition, const sim::SampleBlock& samples) {
    Parameters parameters{composition.parameters.begin(), composition.parameters.end()};
    composition.adapter->begin(parameters, samples.sample(0), samples.count());
    return composition.adapter->moments();
}

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
                                                      const sim::SampleBlock& samples, std::span<const double> known) {
    sim::expects(composition.mixes != nullptr, "the composition has class mixes");
    sim::expects(known.empty() || known.size() == composition.mixes->classes().size(), "a mix has a share a class");
    SharedStatistics found;
    found.parameters_ = moved(composition, samples, nullptr);
    if (!is_usable(found.parameters_, composition.parameters)) {
        return std::nullopt;
    }
    const Features features = first_layer_features(composition.model, composition.parameters, samples);
    const auto correct = [&](std::span<const double> mix, double most_entropy, MixCorrection kind) {
        Parameters other = moved_by_mix(composition, samples, mix);
        if (is_usable(other, composition.parameters) &&
            mean_entropy(composition, other, samples) <=
                most_entropy * mean_entropy(composition, found.parameters_, samples)) {
            found.parameters_ = std::move(other);
            found.mix_correction_ = kind;
        }
    };
    const std::vector<double> estimated = composition.mixes->mix_of_moved(features);
    if (known.empty()) {
        correct(estimated, most_entropy_of_estimated, MixCorrection::estimated);
    } else if (total_variation(known, estimated) <= most_apart) {
        correct(known, most_entropy_of_known, MixCorrection::known);
    }
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
        std::vector<double> undrifted = mean;
        std::ranges::transform(mean, drift_, undrifted.begin(), std::minus<>{});
        const bool fits = squared_length(mixes.drift(undrifted).vector) <
                          most_left_of_drift * squared_length(mixes.drift(mean).vector);
        std::fill_n(flags.begin() + static_cast<std::ptrdiff_t>(first), count, fits ? 1 : 0);
        first += count;
    }
    return flags;
}

}  // namespace mlaasim::tta
