#include <algorithm>

#include "composition/confidence/confidence_form.hpp"

namespace mlaasim::composition {
namespace {

struct Binary final : ConfidenceForm {
    [[nodiscard]] double score(const RuleOutcomes& rules, double /*candidate_quality*/) const override {
        const bool all_hold = std::all_of(rules.outcomes.begin(), rules.outcomes.end(),
                                          [](const RuleOutcome& rule) { return rule.holds || !rule.applies; });
        return all_hold ? 1 : 0;
    }
};

void declare(sim::OptionVisitor& /*visitor*/, Binary& /*leaf*/) {}

}  // namespace

sim::Kind<ConfidenceForm> binary_confidence() {
    return sim::Kind<ConfidenceForm>::of<Binary>("binary", "1 when every rule holds, else 0 (eq. 2 as printed)");
}

}  // namespace mlaasim::composition
