#include "composition/rules.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

namespace {

bool within(double value, double threshold, Direction direction) {
    return direction == Direction::at_most ? value <= threshold : value >= threshold;
}

RuleOutcome model_rule(const PerformingComposition& composition, const CandidateEvidence& candidate,
                       const RuleOptions& options) {
    RuleOutcome outcome;
    if (!candidate.parameters.empty() && !composition.parameters.empty()) {
        sim::expects(composition.layout != nullptr, "parameters come with their layout");
        outcome.value = options.mum_form->distance(composition.parameters, candidate.parameters, *composition.layout);
    } else if (candidate.disagreement) {
        outcome.value = *candidate.disagreement;
    } else {
        return {.value = 0, .holds = false, .applies = false};
    }
    outcome.holds = within(outcome.value, options.mum_threshold, options.mum_direction);
    return outcome;
}

}  // namespace

double sm(double composition_ms, double candidate_ms, double exponent, SmForm form) {
    sim::expects(composition_ms >= 0 && candidate_ms >= 0, "a response time is not negative");
    const double up = form == SmForm::literal ? composition_ms : candidate_ms;
    const double down = form == SmForm::literal ? candidate_ms : composition_ms;
    return up == down ? 1.0 : std::pow(up / down, exponent);
}

std::optional<double> hqu(std::span<const double> composition, std::span<const double> candidate,
                          const HistorySimilarity& similarity) {
    const std::size_t n = std::min(composition.size(), candidate.size());
    if (n == 0) {
        return std::nullopt;
    }
    return similarity.similarity(composition.last(n), candidate.last(n));
}

RuleOutcomes apply_rules(const PerformingComposition& composition, const CandidateEvidence& candidate,
                         const RuleOptions& options) {
    RuleOutcomes rules;
    const double data = options.dum_form->distance(composition.class_histogram, candidate.class_histogram);
    rules[Rule::dum] = {.value = data, .holds = data < options.dum_threshold};
    rules[Rule::mum] = model_rule(composition, candidate, options);
    const double time = sm(composition.response_ms, candidate.response_ms, options.sm_exponent, options.sm_form);
    rules[Rule::sm] = {.value = time, .holds = time < options.sm_threshold};
    // Without a common history the advertised qualities are all there is.
    const double quality = hqu(composition.quality_history, candidate.quality_history, *options.hqu_similarity)
                               .value_or(1 - std::abs(composition.quality - candidate.quality));
    rules[Rule::hqu] = {.value = quality, .holds = quality >= options.hqu_threshold};
    rules[Rule::sru] = {.value = candidate.reliability, .holds = candidate.reliability >= options.sru_threshold};
    return rules;
}

}  // namespace mlaasim::composition
