#include "composition/assessment/qos.hpp"

namespace mlaasim::composition {

std::vector<sim::Choice> choices_of(QosForm) {
    return {{"composition", static_cast<int>(QosForm::composition),
             "attributes of the composition as a whole; shares of the absolute changes"},
            {"literal", static_cast<int>(QosForm::literal),
             "eq. 3-4 as printed: raw means over the members, percent of the signed sum (0/0 gives 100/n)"}};
}

std::vector<sim::Choice> choices_of(EffectivenessSource) {
    return {{"composed_model", static_cast<int>(EffectivenessSource::composed_model),
             "accuracy of the composed model, with and without each member"},
            {"members", static_cast<int>(EffectivenessSource::members),
             "mean of the members' own effectiveness; needs no evaluation without them"}};
}

std::vector<sim::Choice> choices_of(TimeScore) {
    return {{"ratio", static_cast<int>(TimeScore::ratio), "time of the fastest member / time of the slowest"},
            {"min_max", static_cast<int>(TimeScore::min_max),
             "1 - (slowest - t_min) / (t_max - t_min): removing the slowest member always counts in full"}};
}

std::vector<sim::Choice> choices_of(ReliabilityScore) {
    return {{"geometric_mean", static_cast<int>(ReliabilityScore::geometric_mean),
             "(product of the reliabilities)^(1/n): comparable between n and n - 1 members"},
            {"product", static_cast<int>(ReliabilityScore::product),
             "product of the reliabilities: all must deliver; every removal improves it"}};
}

void declare(sim::OptionVisitor& visitor, QosOptions& options) {
    visitor.choice("form", options.form, {.doc = "which form of eq. 3-4"});
    visitor.choice("effectiveness", options.effectiveness, {.doc = "effectiveness of a composition"});
    visitor.choice("time", options.time, {.doc = "score of the slowest member's response time"});
    visitor.choice("reliability", options.reliability, {.doc = "reliability of a composition"});
    visitor.option("effectiveness_weight", options.effectiveness_weight,
                   {.doc = "weight of effectiveness in Q(M)", .range = sim::at_least(0)});
    visitor.option("quality_weight", options.quality_weight,
                   {.doc = "weight of quality in Q(M)", .range = sim::at_least(0)});
    visitor.option("time_weight", options.time_weight, {.doc = "weight of time in Q(M)", .range = sim::at_least(0)});
    visitor.option("reliability_weight", options.reliability_weight,
                   {.doc = "weight of reliability in Q(M)", .range = sim::at_least(0)});
    visitor.option(
        "noise_floor", options.noise_floor,
        {.doc = "small contribution that all members together are given in advance, so that chance does not decide: "
                "noise_floor / n is added to each change. Changes far below that leave every share near 1/n",
         .range = sim::at_least(0)});
}

}  // namespace mlaasim::composition
