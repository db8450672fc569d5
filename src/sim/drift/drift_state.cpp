#include "sim/drift/drift_state.hpp"

#include <algorithm>
#include <optional>

namespace mlaasim::sim {
namespace {

const Corruption* corruption_of(const DriftInForce& drift) {
    const DriftChange change = drift.options->kind->change();
    const auto* const corruption = std::get_if<const Corruption*>(&change);
    return corruption == nullptr ? nullptr : *corruption;
}

/// Appends what the steps of one kind do.
void append_combined(std::span<const CorruptionStep> of_one_kind, std::vector<CorruptionStep>& steps) {
    std::optional<double> combined;
    if (of_one_kind.size() > 1) {
        std::vector<double> strengths;
        std::ranges::transform(of_one_kind, std::back_inserter(strengths), &CorruptionStep::strength);
        combined = of_one_kind.front().corruption->combined(strengths);
    }
    if (!combined) {
        steps.insert(steps.end(), of_one_kind.begin(), of_one_kind.end());
    } else if (*combined != 0.0) {
        CorruptionStep all = of_one_kind.front();
        all.strength = *combined;
        steps.push_back(all);
    }
}

}  // namespace

bool CorruptionStep::meets(Seed seed, std::uint32_t sample) const {
    return sample_share >= 1.0 ||
           RandomStream{seed, Purpose::corrupted_samples, sample, entry}.uniform() < sample_share;
}

std::uint8_t DriftState::label(std::uint8_t label, Seed seed, std::uint32_t sample, std::uint32_t classes) const {
    for (const DriftInForce& drift : entries) {
        const DriftChange change = drift.options->kind->change();
        if (const auto* const labels = std::get_if<const LabelChange*>(&change)) {
            const LabelContext context{.seed = seed, .sample = sample, .classes = classes, .entry = drift.entry};
            label = (*labels)->label(label, drift.strength, context);
        }
    }
    return label;
}

std::vector<CorruptionStep> DriftState::corruptions() const {
    std::vector<CorruptionStep> steps;
    if (none()) {
        return steps;
    }
    std::vector<CorruptionStep> of_one_kind;
    std::vector<CorruptionStep> of_some_samples;
    for (const Kind<DriftEffect>& kind : drift_kinds()) {
        of_one_kind.clear();
        of_some_samples.clear();
        for (const DriftInForce& drift : entries) {
            const Corruption* const corruption = corruption_of(drift);
            if (corruption != nullptr && drift.options->kind.word() == kind.word) {
                const double share = drift.options->kind->sample_share();
                (share < 1.0 ? of_some_samples : of_one_kind)
                    .push_back({corruption, drift.strength, share, drift.entry});
            }
        }
        append_combined(of_one_kind, steps);
        steps.insert(steps.end(), of_some_samples.begin(), of_some_samples.end());
    }
    return steps;
}

}  // namespace mlaasim::sim
