#include "composition/strategies/memory.hpp"
#include "composition/strategies/performing.hpp"
#include "composition/strategies/replacement.hpp"
#include "composition/strategy.hpp"

namespace mlaasim::composition {
namespace {

/// Replaces every service that underperforms (adaptive composition).
class Substituting final : public Strategy {
public:
    explicit Substituting(const SubstitutionOptions& options) : memory_{options.bandit}, replacement_{options} {}

    Response respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) override {
        Response response;
        if (const auto performing = performing_members(situation, log); !performing.empty()) {
            replacement_.replace(situation.assessment.underperforming, performing, laboratory.compose(performing),
                                 situation, laboratory, *memory_.policy, log, response);
        }
        return response;
    }
    [[nodiscard]] bool learns_from_outcome() const override { return replacement_.learns_from_outcome(); }
    void learn(const Outcome& outcome, RoundLog& log) override { replacement_.learn(outcome, *memory_.policy, log); }
    void archive(Archive& archive) override { memory_.archive(archive); }

private:
    StrategyMemory memory_;
    Replacement replacement_;
};

struct Substitute final : StrategyOptions {
    [[nodiscard]] std::unique_ptr<Strategy> make(const SubstitutionOptions& substitution) const override {
        return std::make_unique<Substituting>(substitution);
    }
    [[nodiscard]] bool replaces_services() const override { return true; }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::trials}; }
};

void declare(sim::OptionVisitor& /*visitor*/, Substitute& /*leaf*/) {}

}  // namespace

sim::Kind<StrategyOptions> substitute_strategy() {
    return sim::Kind<StrategyOptions>::of<Substitute>("substitute", "replace underperforming services");
}

}  // namespace mlaasim::composition
