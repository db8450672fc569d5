#include <algorithm>
#include <utility>

#include "composition/strategies/memory.hpp"
#include "composition/strategies/performing.hpp"
#include "composition/strategies/replacement.hpp"
#include "composition/strategies/test_time.hpp"
#include "composition/strategy.hpp"

namespace mlaasim::composition {
namespace {

/// A service that underperforms is adapted. It is replaced when it is not composable afterwards, when it was adapted in
/// the assessment before and underperforms again, or when the models can't be adapted.
class AdaptingFirst final : public Strategy {
public:
    explicit AdaptingFirst(const SubstitutionOptions& options) : memory_{options.bandit}, replacement_{options} {}

    Response respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) override {
        const std::vector<sim::ServiceId> adapted_before = std::exchange(memory_.adapted_before, {});
        const std::vector<sim::ServiceId> performing = performing_members(situation, log);
        Response response;
        if (performing.empty()) {
            return response;
        }
        const bool can_adapt = laboratory.adaptable() == Adaptable::yes;
        std::vector<sim::ServiceId> to_adapt;
        std::vector<sim::ServiceId> to_replace;
        for (const sim::ServiceId id : situation.assessment.underperforming) {
            const bool again = std::find(adapted_before.begin(), adapted_before.end(), id) != adapted_before.end();
            (can_adapt && !again ? to_adapt : to_replace).push_back(id);
        }
        const ComposedModel composed = laboratory.compose(performing);
        TestTimeOutcome outcome = adapt_at_test_time(to_adapt, composed.model, laboratory, log);
        to_replace.insert(to_replace.end(), outcome.not_composable.begin(), outcome.not_composable.end());
        memory_.adapted_before = outcome.composable;
        response.adapted = std::move(outcome.composable);
        replacement_.replace(to_replace, performing, composed, situation, laboratory, *memory_.policy, log, response);
        return response;
    }
    [[nodiscard]] bool learns_from_outcome() const override { return replacement_.learns_from_outcome(); }
    void learn(const Outcome& outcome, RoundLog& log) override { replacement_.learn(outcome, *memory_.policy, log); }
    void archive(Archive& archive) override { memory_.archive(archive); }

private:
    StrategyMemory memory_;
    Replacement replacement_;
};

/// It needs no batch norm: services whose models have none are replaced.
struct TtaThenSubstitute final : StrategyOptions {
    [[nodiscard]] std::unique_ptr<Strategy> make(const SubstitutionOptions& substitution) const override {
        return std::make_unique<AdaptingFirst>(substitution);
    }
    [[nodiscard]] bool replaces_services() const override { return true; }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::trials}; }
    [[nodiscard]] bool adapts_at_test_time() const override { return true; }
};

void declare(sim::OptionVisitor& /*visitor*/, TtaThenSubstitute& /*leaf*/) {}

}  // namespace

sim::Kind<StrategyOptions> tta_then_substitute_strategy() {
    return sim::Kind<StrategyOptions>::of<TtaThenSubstitute>(
        "tta_then_substitute",
        "adapt them; replace those that are not composable afterwards, underperform again, or can't be adapted");
}

}  // namespace mlaasim::composition
