#include "composition/trial.hpp"

#include <algorithm>
#include <cmath>

namespace mlaasim::composition {

TrialJudgement judge(const Marketplace& market, const PerformingComposition& composition, const TrialUpdate& trial,
                     const RuleOptions& rules, const ConfidenceOptions& confidence) {
    const bool finite =
        std::all_of(trial.parameters.begin(), trial.parameters.end(), [](float w) { return std::isfinite(w); });
    if (!trial.trained || !finite) {
        return {};
    }
    const CandidateEvidence evidence{.parameters = trial.parameters,
                                     .disagreement = trial.disagreement,
                                     .class_histogram = market.class_histogram(trial.service),
                                     .response_ms = market.response_ms(trial.service),
                                     .quality = market.quality(trial.service),
                                     .quality_history = market.quality_history(trial.service),
                                     .reliability = market.reliability(trial.service)};
    TrialJudgement judgement{.judged = true, .rules = apply_rules(composition, evidence, rules)};
    judgement.confidence = confidence_of(judgement.rules, evidence.quality, confidence);
    return judgement;
}

}  // namespace mlaasim::composition
