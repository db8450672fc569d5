#include "composition/confidence/confidence_form.hpp"
#include "composition/confidence/rule_weights.hpp"

namespace mlaasim::composition {
namespace {

struct Weighted final : ConfidenceForm {
    RuleWeights weights{};

    void check() const override { weights.check(); }
    [[nodiscard]] double score(const RuleOutcomes& rules, double /*candidate_quality*/) const override {
        return weights.score(rules, {1, 1, 1, 1, 1});
    }
};

void declare(sim::OptionVisitor& visitor, Weighted& leaf) { declare(visitor, leaf.weights); }

}  // namespace

sim::Kind<ConfidenceForm> weighted_confidence() {
    return sim::Kind<ConfidenceForm>::of<Weighted>("weighted", "sum of the weights of the rules that hold (Alg. 3)");
}

}  // namespace mlaasim::composition
