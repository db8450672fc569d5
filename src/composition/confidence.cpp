#include "composition/confidence.hpp"

namespace mlaasim::composition {

void declare(sim::OptionVisitor& visitor, ConfidenceOptions& options) {
    visitor.kind_beside("form", options.form, confidence_kinds(), {.doc = "How five rules become one score"});
    visitor.option("cut", options.cut,
                   {.doc = "A candidate is composable from this score on", .range = sim::between(0, 1)});
}

Confidence confidence_of(const RuleOutcomes& rules, double candidate_quality, const ConfidenceOptions& options) {
    const double score = options.form->score(rules, candidate_quality);
    return {.score = score, .composable = score >= options.cut};
}

}  // namespace mlaasim::composition
