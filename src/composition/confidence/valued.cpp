#include "composition/confidence/confidence_form.hpp"
#include "composition/confidence/rule_weights.hpp"

namespace mlaasim::composition {
namespace {

/// HQU counts with the candidate's quality, and SRU with its reliability.
struct Valued final : ConfidenceForm {
    RuleWeights weights{};

    void check() const override { weights.check(); }
    [[nodiscard]] double score(const RuleOutcomes& rules, double candidate_quality) const override {
        return weights.score(rules, {1, 1, 1, candidate_quality, rules[Rule::sru].value});
    }
};

void declare(sim::OptionVisitor& visitor, Valued& leaf) { declare(visitor, leaf.weights); }

}  // namespace

sim::Kind<ConfidenceForm> valued_confidence() {
    return sim::Kind<ConfidenceForm>::of<Valued>(
        "valued", "as weighted, with HQU and SRU counted by their values (eq. 10-11 as printed)");
}

}  // namespace mlaasim::composition
