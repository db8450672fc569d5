#include "composition/confidence.hpp"

#include "sim/core/error.hpp"

namespace mlaasim::composition {

namespace {

std::array<double, rule_count> weights_of(const ConfidenceOptions& options) {
    return {options.dum_weight, options.mum_weight, options.sm_weight, options.hqu_weight, options.sru_weight};
}

}  // namespace

std::vector<sim::Choice> choices_of(ConfidenceForm) {
    return {
        {"weighted", static_cast<int>(ConfidenceForm::weighted), "sum of the weights of the rules that hold (Alg. 3)"},
        {"valued", static_cast<int>(ConfidenceForm::valued),
         "as weighted, with HQU and SRU counted by their values (eq. 10-11 as printed)"},
        {"binary", static_cast<int>(ConfidenceForm::binary), "1 when every rule holds, else 0 (eq. 2 as printed)"}};
}

void declare(sim::OptionVisitor& visitor, ConfidenceOptions& options) {
    visitor.choice("form", options.form, {.doc = "how five rules become one score"});
    visitor.option("cut", options.cut,
                   {.doc = "a candidate is composable from this score on", .range = sim::between(0, 1)});
    visitor.option("dum_weight", options.dum_weight,
                   {.doc = "weight of DUM, before normalising", .range = sim::at_least(0)});
    visitor.option("mum_weight", options.mum_weight,
                   {.doc = "weight of MUM, before normalising", .range = sim::at_least(0)});
    visitor.option("sm_weight", options.sm_weight,
                   {.doc = "weight of SM, before normalising", .range = sim::at_least(0)});
    visitor.option("hqu_weight", options.hqu_weight,
                   {.doc = "weight of HQU, before normalising", .range = sim::at_least(0)});
    visitor.option("sru_weight", options.sru_weight,
                   {.doc = "weight of SRU, before normalising", .range = sim::at_least(0)});
}

Confidence confidence_of(const RuleOutcomes& rules, double candidate_quality, const ConfidenceOptions& options) {
    const auto weights = weights_of(options);
    double total = 0;
    double held = 0;
    bool all_hold = true;
    for (std::size_t j = 0; j < rule_count; ++j) {
        const RuleOutcome& rule = rules.outcomes[j];
        if (!rule.applies) {
            continue;
        }
        double value = 1;
        if (options.form == ConfidenceForm::valued && j == static_cast<std::size_t>(Rule::hqu)) {
            value = candidate_quality;
        } else if (options.form == ConfidenceForm::valued && j == static_cast<std::size_t>(Rule::sru)) {
            value = rule.value;
        }
        total += weights[j];
        held += rule.holds ? weights[j] * value : 0.0;
        all_hold = all_hold && rule.holds;
    }
    if (total <= 0) {
        throw sim::InputError(sim::Problem{.what = "no rule that applies to the candidate has a weight above 0",
                                           .expected = "a positive weight of dum, sm, hqu or sru",
                                           .hint = "MUM needs models that share weights"});
    }
    const double score = options.form == ConfidenceForm::binary ? (all_hold ? 1.0 : 0.0) : held / total;
    return {.score = score, .composable = score >= options.cut};
}

}  // namespace mlaasim::composition
