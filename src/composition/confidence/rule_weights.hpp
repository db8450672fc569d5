// What forms of the confidence score share that weigh the rules.
#pragma once

#include <array>

#include "composition/rules.hpp"

namespace mlaasim::composition {

/// lambda of each rule; divided by the sum over the rules that apply.
struct RuleWeights {
    double dum = 1;
    double mum = 1;
    double sm = 1;
    double hqu = 1;
    double sru = 1;

    /// Throws InputError when all of them are 0.
    void check() const;
    /// Sum of weight x value over the rules that hold / sum of the weights over the rules that apply. `values` are in
    /// the order of Rule. Throws InputError when no rule that applies has a positive weight.
    [[nodiscard]] double score(const RuleOutcomes& rules, const std::array<double, rule_count>& values) const;
};

/// Declares `dum_weight` to `sru_weight`.
void declare(sim::OptionVisitor& visitor, RuleWeights& weights);

}  // namespace mlaasim::composition
