#include "tta/composability.hpp"

namespace mlaasim::tta {

std::vector<sim::Choice> choices_of(ComposabilityForm) {
    return {{"normalised", static_cast<int>(ComposabilityForm::normalised),
             "every score in [0, 1]; scores that don't apply are left out of the mean"},
            {"literal", static_cast<int>(ComposabilityForm::literal),
             "as printed: UCS in [-1, 1], BNUAS in [-2, 2], BNDAS falls with the channels, absent scores count as 0"}};
}

std::vector<sim::Choice> choices_of(LayerWeights) {
    return {{"equal", static_cast<int>(LayerWeights::equal), "every layer counts the same"},
            {"parameters", static_cast<int>(LayerWeights::parameters), "in proportion to the layer's parameters"}};
}

void declare(sim::OptionVisitor& visitor, ComposabilityOptions& options) {
    visitor.choice("form", options.form, {.doc = "Which form of the five scores"});
    visitor.kind_beside("pdam", options.pdam, prediction_distance_kinds(),
                        {.doc = "Distance between predicted distributions"});
    visitor.choice("layer_weights", options.layer_weights,
                   {.doc = "Weights of the layers in UCS and BNUAS; they sum to 1"});
    visitor.option(
        "threshold", options.threshold,
        {.doc = "An adapted service is composable from this score on, where there is no logistic regression"});
    visitor.option("logistic", options.logistic,
                   {.doc = "Intercept, and weights of WDM, UCS, BNUAS, BNDAS and PDAM: composable where the logistic "
                           "regression gives at least 1/2; empty = the threshold decides"});
    visitor.option(
        "calibration", options.calibration,
        {.doc = "File of mlaasim calibrate to take threshold and logistic from; a relative path begins in the "
                "scenario file's folder"});
    visitor.option("tau", options.tau, {.doc = "Distance at which BNDAS falls to 1/e", .range = sim::positive()});
    visitor.option("epsilon", options.epsilon,
                   {.doc = "In the denominators of the literal cosines",
                    .range = sim::at_least(0),
                    .only_with = {"form", "literal", options.form == ComposabilityForm::literal}});
}

}  // namespace mlaasim::tta
