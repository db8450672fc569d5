// One number from five rules: may this candidate join (adaptive composition, eq. 2, Alg. 3)?
#pragma once

#include <vector>

#include "composition/rules.hpp"

namespace mlaasim::composition {

enum class ConfidenceForm {
    weighted,  ///< sum of the weights of the rules that hold (Alg. 3, default)
    valued,    ///< the same, but HQU and SRU count with their values (eq. 10-11 as printed)
    binary,    ///< 1 when every rule holds, else 0 (eq. 2 as printed)
};

struct ConfidenceOptions {
    ConfidenceForm form = ConfidenceForm::weighted;
    double cut = 0.5;  ///< composable from here on
    /// lambda; divided by the sum over the rules that apply.
    double dum_weight = 1;
    double mum_weight = 1;
    double sm_weight = 1;
    double hqu_weight = 1;
    double sru_weight = 1;
};

[[nodiscard]] std::vector<sim::Choice> choices_of(ConfidenceForm);
void declare(sim::OptionVisitor& visitor, ConfidenceOptions& options);

struct Confidence {
    double score = 0;  ///< CS in [0, 1]
    bool composable = false;
};

/// Throws InputError when no rule that applies has a positive weight. `candidate_quality` is q of eq. 10, for the
/// valued form.
[[nodiscard]] Confidence confidence_of(const RuleOutcomes& rules, double candidate_quality,
                                       const ConfidenceOptions& options);

}  // namespace mlaasim::composition
