// One number from five rules: may this candidate join (adaptive composition, eq. 2, Alg. 3)?
#pragma once

#include "composition/confidence/confidence_form.hpp"
#include "composition/rules.hpp"

namespace mlaasim::composition {

struct ConfidenceOptions {
    sim::Chosen<ConfidenceForm> form{confidence_kinds()};
    double cut = 0.5;  ///< composable from here on
};

void declare(sim::OptionVisitor& visitor, ConfidenceOptions& options);

struct Confidence {
    double score = 0;  ///< CS in [0, 1]
    bool composable = false;
};

/// Throws as ConfidenceForm::score() does. `candidate_quality` is q of eq. 10.
[[nodiscard]] Confidence confidence_of(const RuleOutcomes& rules, double candidate_quality,
                                       const ConfidenceOptions& options);

}  // namespace mlaasim::composition
