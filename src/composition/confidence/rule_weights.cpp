#include "composition/confidence/rule_weights.hpp"

#include "sim/core/error.hpp"

namespace mlaasim::composition {

void RuleWeights::check() const {
    if (dum + mum + sm + hqu + sru <= 0) {
        throw sim::InputError({.what = "dum_weight, mum_weight, sm_weight, hqu_weight and sru_weight are all 0",
                               .expected = "at least one weight > 0",
                               .path = "dum_weight"});
    }
}

double RuleWeights::score(const RuleOutcomes& rules, const std::array<double, rule_count>& values) const {
    const std::array weights{dum, mum, sm, hqu, sru};
    double total = 0;
    double held = 0;
    for (std::size_t j = 0; j < rule_count; ++j) {
        const RuleOutcome& rule = rules.outcomes[j];
        if (rule.applies) {
            total += weights[j];
            held += rule.holds ? weights[j] * values[j] : 0.0;
        }
    }
    if (total <= 0) {
        throw sim::InputError(sim::Problem{.what = "no rule that applies to the candidate has a weight above 0",
                                           .expected = "a positive weight of dum, sm, hqu or sru",
                                           .hint = "MUM needs models that share weights"});
    }
    return held / total;
}

void declare(sim::OptionVisitor& visitor, RuleWeights& weights) {
    const auto weight = [&](std::string_view key, double& value, std::string_view doc) {
        visitor.option(key, value, {.doc = doc, .range = sim::at_least(0)});
    };
    weight("dum_weight", weights.dum, "weight of DUM, before normalising");
    weight("mum_weight", weights.mum, "weight of MUM, before normalising");
    weight("sm_weight", weights.sm, "weight of SM, before normalising");
    weight("hqu_weight", weights.hqu, "weight of HQU, before normalising");
    weight("sru_weight", weights.sru, "weight of SRU, before normalising");
}

}  // namespace mlaasim::composition
