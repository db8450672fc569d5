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
        steps.push_back({of_one_kind.front().corruption, *combined});
    }
}

}  // namespace

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
    for (const Kind<DriftEffect>& kind : drift_kinds()) {
        of_one_kind.clear();
        for (const DriftInForce& drift : entries) {
            const Corruption* const corruption = corruption_of(drift);
            if (corruption != nullptr && drift.options->kind.word() == kind.word) {
                of_one_kind.push_back({corruption, drift.strength});
            }
        }
        append_combined(of_one_kind, steps);
    }
    return steps;
}

}  // namespace mlaasim::sim
