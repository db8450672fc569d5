#include "composition/strategies/memory.hpp"
#include "composition/strategies/performing.hpp"
#include "composition/strategies/test_time.hpp"
#include "composition/strategy.hpp"

namespace mlaasim::composition {
namespace {

/// Adapts services that underperform at test time, and replaces none. Does nothing when the models can't be adapted.
class Adapting final : public Strategy {
public:
    explicit Adapting(const SubstitutionOptions& options) : memory_{options.bandit} {}

    Response respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) override {
        memory_.adapted_before.clear();
        const std::vector<sim::ServiceId> performing = performing_members(situation, log);
        if (performing.empty() || laboratory.adaptable() == Adaptable::no) {
            return {};
        }
        const sim::ModelId composed = laboratory.compose(performing).model;
        memory_.adapted_before =
            adapt_at_test_time(situation.assessment.underperforming, composed, laboratory, log).composable;
        return {.adapted = memory_.adapted_before};
    }
    void archive(Archive& archive) override { memory_.archive(archive); }

private:
    StrategyMemory memory_;
};

struct Tta final : StrategyOptions {
    [[nodiscard]] std::unique_ptr<Strategy> make(const SubstitutionOptions& substitution) const override {
        return std::make_unique<Adapting>(substitution);
    }
    [[nodiscard]] bool adapts_at_test_time() const override { return true; }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::adaptation, sim::Need::unlabelled}; }
};

void declare(sim::OptionVisitor& /*visitor*/, Tta& /*leaf*/) {}

}  // namespace

sim::Kind<StrategyOptions> tta_strategy() {
    return sim::Kind<StrategyOptions>::of<Tta>("tta", "adapt underperforming services at test time");
}

}  // namespace mlaasim::composition
