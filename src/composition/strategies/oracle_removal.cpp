#include "composition/strategies/oracle.hpp"

namespace mlaasim::composition {
namespace {

class RemovingOracle final : public Oracle {
public:
    explicit RemovingOracle(const SubstitutionOptions& options) : Oracle{options} {}

private:
    [[nodiscard]] bool leaves(const Situation& situation, sim::ServiceId member) const override {
        return situation.truth[member.value()].harmful;
    }
    [[nodiscard]] std::vector<sim::ServiceId> joining(const Situation& /*situation*/) const override { return {}; }
};

struct OracleRemoval final : StrategyOptions {
    [[nodiscard]] std::unique_ptr<Strategy> make(const SubstitutionOptions& substitution) const override {
        return std::make_unique<RemovingOracle>(substitution);
    }
    [[nodiscard]] bool knows_truth() const override { return true; }
};

void declare(sim::OptionVisitor& /*visitor*/, OracleRemoval& /*leaf*/) {}

}  // namespace

sim::Kind<StrategyOptions> oracle_removal_strategy() {
    return sim::Kind<StrategyOptions>::of<OracleRemoval>(
        "oracle_removal", "a reference that knows the truth: remove the members whose labels are wrong, nothing else");
}

}  // namespace mlaasim::composition
