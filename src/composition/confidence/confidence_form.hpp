// How what five rules found becomes one score (adaptive composition, eq. 2, Alg. 3).
#pragma once

#include "composition/rules.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// The options of a form of the score, and the score that follows from them.
struct ConfidenceForm {
    virtual ~ConfidenceForm() = default;

    /// Throws InputError, with the path of an option, when the options can't give a score.
    virtual void check() const {}
    /// CS in [0, 1]. `candidate_quality` is q of eq. 10. Throws InputError when no rule that applies has a positive
    /// weight.
    [[nodiscard]] virtual double score(const RuleOutcomes& rules, double candidate_quality) const = 0;
};

/// The forms of the score; the first is the default.
[[nodiscard]] std::span<const sim::Kind<ConfidenceForm>> confidence_kinds();

}  // namespace mlaasim::composition
