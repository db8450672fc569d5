#include "tta/flagged_adaptation.hpp"

#include <algorithm>

#include "fl/aggregation/fixed_point_sum.hpp"

namespace mlaasim::tta {

std::optional<sim::AlignedVector<float>> adapt_to_flagged(fl::BatchNormAdapter& adapter, std::span<const float> source,
                                                          const sim::SampleBlock& flagged) {
    constexpr double prior_samples = 64.0;
    const std::size_t count = std::min(most_adapted_samples, flagged.count());
    const auto m = static_cast<double>(count);
    sim::AlignedVector<float> adapted{source.begin(), source.end()};
    adapter.adapt(adapted, flagged, count,
                  {.share = m / (m + prior_samples),
                   .spread = fl::BatchNormAdaptation::Spread::of_means,
                   .steps = 3,
                   .rate = 0.01});
    for (std::size_t i = 0; i < adapted.size(); ++i) {
        adapted[i] = 0.5F * (adapted[i] + source[i]);
    }
    const bool usable =
        fl::FixedPointSum::judge(adapted, fl::divergence_bound(source)) == fl::FixedPointSum::Outcome::added;
    return usable ? std::optional{std::move(adapted)} : std::nullopt;
}

}  // namespace mlaasim::tta
