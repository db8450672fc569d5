// One entry of the schedule: what changes, how it sets in, when and for whom.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/drift/effect.hpp"
#include "sim/drift/pattern.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::sim {

enum class DriftTarget { services, clients };

struct DriftOptions {
    Chosen<DriftEffect> kind{drift_kinds()};
    Chosen<DriftPattern> pattern{drift_patterns()};
    DriftTarget target = DriftTarget::clients;
    std::int64_t start = 1;           ///< first round that sees it
    std::int64_t end = 0;             ///< first round that no longer sees it; 0 = stays
    std::vector<std::int64_t> ids{};  ///< affected services or clients; empty = `share` of them, drawn once
    double share = 1.0;

    /// The share of its full strength in a round; 0 = not in force.
    [[nodiscard]] double level(std::int64_t round) const;
};

[[nodiscard]] std::vector<Choice> choices_of(DriftTarget target);
void declare(OptionVisitor& visitor, DriftOptions& options);

}  // namespace mlaasim::sim
