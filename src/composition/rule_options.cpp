#include "composition/rules.hpp"

namespace mlaasim::composition {

std::vector<sim::Choice> choices_of(Direction) {
    return {{"at_most", static_cast<int>(Direction::at_most), "the rule holds up to the threshold"},
            {"at_least", static_cast<int>(Direction::at_least),
             "the rule holds from the threshold on (Alg. 3 as printed, for MUM)"}};
}

std::vector<sim::Choice> choices_of(SmForm) {
    return {{"candidate_over_composition", static_cast<int>(SmForm::candidate_over_composition), "(t'/T)^alpha"},
            {"literal", static_cast<int>(SmForm::literal),
             "eq. 9 as printed: (T/t')^alpha, which favours slow candidates"}};
}

void declare(sim::OptionVisitor& visitor, RuleOptions& options) {
    visitor.kind_beside("dum_form", options.dum_form, histogram_distance_kinds(),
                        {.doc = "Data utility: distance of class histograms (eq. 7)"});
    visitor.option("dum_threshold", options.dum_threshold,
                   {.doc = "theta_d: DUM holds below this distance", .range = sim::at_least(0)});
    visitor.kind_beside("mum_form", options.mum_form, model_distance_kinds(),
                        {.doc = "Model utility: distance of the weights (eq. 8)"});
    visitor.choice("mum_direction", options.mum_direction,
                   {.doc = "Whether MUM wants small or large distances; which is right depends on the partition"});
    visitor.option("mum_threshold", options.mum_threshold, {.doc = "Theta_S of MUM", .range = sim::at_least(0)});
    visitor.choice("sm_form", options.sm_form, {.doc = "Scalability: response time against the composition's (eq. 9)"});
    visitor.option("sm_exponent", options.sm_exponent, {.doc = "Alpha of SM", .range = sim::positive()});
    visitor.option("sm_threshold", options.sm_threshold,
                   {.doc = "Theta_T: SM holds below it", .range = sim::at_least(0)});
    visitor.kind_beside("hqu_similarity", options.hqu_similarity, history_similarity_kinds(),
                        {.doc = "Historical quality: similarity (eq. 10)"});
    visitor.option("hqu_threshold", options.hqu_threshold,
                   {.doc = "theta_q: HQU holds from this similarity on", .range = sim::between(0, 1)});
    visitor.option("sru_threshold", options.sru_threshold,
                   {.doc = "theta_r: SRU holds from this mean reliability on (eq. 11)", .range = sim::between(0, 1)});
}

}  // namespace mlaasim::composition
