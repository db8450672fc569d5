#include "tta/routed.hpp"

#include <algorithm>

#include "sim/core/error.hpp"
#include "tta/first_layer.hpp"

namespace mlaasim::tta {

bool all_equal(const sim::SampleBlock& window) {
    const std::size_t size = window.shape().size();
    for (std::size_t i = 1; i < window.count(); ++i) {
        if (!std::equal(window.sample(0), window.sample(0) + size, window.sample(i))) {
            return false;
        }
    }
    return window.count() > 1;
}

std::vector<std::uint8_t> flags_of(const ServedComposition& composition, const sim::SampleBlock& samples) {
    sim::expects(composition.gate != nullptr, "the composition has a gate");
    return composition.gate->flags(first_layer_features(composition.model, composition.parameters, samples));
}

std::size_t flagged_among(std::span<const std::uint8_t> flags) {
    return static_cast<std::size_t>(std::ranges::count(flags, std::uint8_t{1}));
}

Parted part(const sim::SampleBlock& samples, std::span<const std::uint8_t> flags) {
    sim::expects(flags.size() == samples.count(), "one flag per sample");
    std::vector<std::uint32_t> flagged;
    std::vector<std::uint32_t> others;
    for (std::uint32_t i = 0; i < flags.size(); ++i) {
        (flags[i] != 0 ? flagged : others).push_back(i);
    }
    Parted parted;
    parted.flagged.take(samples, flagged);
    parted.others.take(samples, others);
    return parted;
}

namespace {

std::vector<float> predicted(const ServedComposition& composition, const sim::SampleBlock& samples) {
    return samples.count() == 0 ? std::vector<float>{} : composition.predict(samples);
}

/// Rows of two blocks in the order of the samples.
std::vector<float> merged(std::span<const std::uint8_t> flags, const std::vector<float>& of_flagged,
                          const std::vector<float>& of_others, std::size_t classes) {
    std::vector<float> all;
    auto flagged = of_flagged.begin();
    auto other = of_others.begin();
    for (const std::uint8_t flag : flags) {
        auto& row = flag != 0 ? flagged : other;
        all.insert(all.end(), row, row + static_cast<std::ptrdiff_t>(classes));
        row += static_cast<std::ptrdiff_t>(classes);
    }
    return all;
}

}  // namespace

std::vector<float> routed_probabilities(const ServedComposition& composition, std::span<const float> adapted,
                                        const sim::SampleBlock& samples) {
    return routed_probabilities(composition, adapted, samples, flags_of(composition, samples));
}

std::vector<float> routed_probabilities(const ServedComposition& composition, std::span<const float> adapted,
                                        const sim::SampleBlock& samples, std::span<const std::uint8_t> flags) {
    const Parted parted = part(samples, flags);
    return merged(flags, composition.predict_with(adapted, parted.flagged), composition.predict(parted.others),
                  composition.model.classes());
}

std::vector<float> restored_probabilities(const ServedComposition& composition, const Restorer& restorer,
                                          const sim::SampleBlock& samples) {
    const std::vector<std::uint8_t> flags = restorer.flags(samples);
    Parted parted = part(samples, flags);
    restorer.restore(parted.flagged);
    return merged(flags, predicted(composition, parted.flagged), predicted(composition, parted.others),
                  composition.model.classes());
}

}  // namespace mlaasim::tta
