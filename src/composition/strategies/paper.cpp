#include <array>

#include "composition/strategy.hpp"

namespace mlaasim::composition {

sim::Kind<StrategyOptions> substitute_strategy();

namespace {

/// The pipeline of the paper on adaptive composition as it is printed: Alg. 1 with eq. 3-6 and theta, Alg. 2, Alg. 3
/// with eq. 7-11, Alg. 4 with eq. 12-14. Thresholds, weights and the number of selection rounds stay free: the paper
/// gives them no values, or none that fits every composition.
constexpr std::array as_printed{
    Setting{"assessment.kind", "contribution"},
    Setting{"assessment.qos.form", "literal"},
    Setting{"assessment.functional.form", "literal"},
    Setting{"assessment.threshold", "literal"},
    Setting{"adaptation.substitution.selection", "literal"},
    Setting{"adaptation.substitution.filter.form", "literal"},
    Setting{"adaptation.substitution.rules.dum_form", "literal"},
    Setting{"adaptation.substitution.rules.mum_form", "literal"},
    Setting{"adaptation.substitution.rules.mum_direction", "at_least"},
    Setting{"adaptation.substitution.rules.sm_form", "literal"},
    Setting{"adaptation.substitution.rules.hqu_similarity", "cosine"},
    Setting{"adaptation.substitution.confidence.form", "weighted"},
    Setting{"adaptation.substitution.bandit.policy", "disjoint_linucb"},
    Setting{"adaptation.substitution.bandit.draw", "subsets"},
    Setting{"adaptation.substitution.bandit.ridge", "1"},
    Setting{"adaptation.substitution.bandit.forgetting", "1"},
    Setting{"adaptation.substitution.reward.kind", "confidence"},
};

struct Paper final : StrategyOptions {
    [[nodiscard]] std::unique_ptr<Strategy> make(const SubstitutionOptions& substitution) const override {
        return substitute_strategy().make()->make(substitution);
    }
    [[nodiscard]] bool replaces_services() const override { return true; }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::trials}; }
    [[nodiscard]] std::span<const Setting> settings() const override { return as_printed; }
};

void declare(sim::OptionVisitor& /*visitor*/, Paper& /*leaf*/) {}

}  // namespace

sim::Kind<StrategyOptions> paper_strategy() {
    return sim::Kind<StrategyOptions>::of<Paper>(
        "paper", "the paper on adaptive composition, formulas as printed: sets assessment and substitution");
}

}  // namespace mlaasim::composition
