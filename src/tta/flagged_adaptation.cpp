#include "tta/flagged_adaptation.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "fl/aggregation/fixed_point_sum.hpp"
#include "tta/class_steering.hpp"

namespace mlaasim::tta {
namespace {

using Floats = sim::AlignedVector<float>;

constexpr double rate = 0.01;

/// (1 - share) source + share adapted, where all of it can be used.
std::optional<Floats> between(std::span<const float> source, Floats adapted, float share) {
    for (std::size_t i = 0; i < adapted.size(); ++i) {
        adapted[i] = share * adapted[i] + (1.0F - share) * source[i];
    }
    return is_usable(adapted, source) ? std::optional{std::move(adapted)} : std::nullopt;
}

}  // namespace

double share_of(std::size_t samples) {
    constexpr double prior_samples = 64.0;
    const auto m = static_cast<double>(samples);
    return m / (m + prior_samples);
}

bool is_usable(std::span<const float> adapted, std::span<const float> source) {
    return fl::FixedPointSum::judge(adapted, fl::divergence_bound(source)) == fl::FixedPointSum::Outcome::added;
}

std::optional<Floats> adapt_to_flagged(fl::BatchNormAdapter& adapter, std::span<const float> source,
                                       const sim::SampleBlock& flagged) {
    const std::size_t count = std::min(most_adapted_samples, flagged.count());
    Floats adapted{source.begin(), source.end()};
    adapter.adapt(
        adapted, flagged, count,
        {.share = share_of(count), .spread = fl::BatchNormAdaptation::Spread::of_means, .steps = 3, .rate = rate});
    return between(source, std::move(adapted), 0.5F);
}

std::optional<Floats> adapt_to_flagged(const fl::Model& model, fl::BatchNormAdapter& adapter,
                                       std::span<const float> source, const sim::SampleBlock& flagged,
                                       std::span<const double> shares) {
    const bool series = model.input().is_series();
    const double weight = series ? 1.0 : 2.0;
    const std::size_t count = std::min(most_adapted_samples, flagged.count());
    const std::size_t steps = series
                                  ? fewest_steered_steps
                                  : std::max(fewest_steered_steps, most_steered_steps * count / most_adapted_samples);
    Floats adapted{source.begin(), source.end()};
    adapter.begin(adapted, flagged.sample(0), count);
    adapter.move_statistics(share_of(count), fl::BatchNormAdapter::Spread::of_means);
    ClassSteering steering{shares, count, weight};
    fl::AffineAdam adam;
    std::vector<float> gradient(adapted.size());
    for (std::size_t step = 0; step < steps; ++step) {
        adapter.gradient(fl::BatchNormAdapter::Normaliser::model, std::ref(steering), gradient);
        steering.next_step();
        adam.step(model, adapted, gradient, rate);
    }
    return between(source, std::move(adapted), 0.8F);
}

}  // namespace mlaasim::tta
