// What a scenario lets a round know of the clients' streams and of the candidates, besides what services advertise.
#pragma once

#include <cstdint>

#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// A half of fewer labelled samples proves no change of the members: the bound of a mean gain takes it to be normal.
inline constexpr std::int64_t fewest_labels_that_prove = 20;

/// Evidence by its tiers. What is not granted, nothing may use.
struct EvidenceOptions {
    /// Labelled samples a round, over all clients together. They are never scored.
    std::int64_t labels = 400;
    bool set_aside = false;            ///< the samples that labels come from are never scored, also without labels
    bool unlabelled = true;            ///< samples of the streams without their labels, once they are scored
    std::int64_t trials = 10'000'000;  ///< trainings of candidates on trial a round
};

void declare(sim::OptionVisitor& visitor, EvidenceOptions& options);

}  // namespace mlaasim::composition
