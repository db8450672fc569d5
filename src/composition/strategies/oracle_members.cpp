#include <algorithm>
#include <cstdint>

#include "composition/strategies/oracle.hpp"

namespace mlaasim::composition {
namespace {

/// Members from the start stay as long as they are not harmful; those that joined as long as they fit, too.
class MembersOracle final : public Oracle {
public:
    explicit MembersOracle(const SubstitutionOptions& options) : Oracle{options} {}

private:
    [[nodiscard]] bool leaves(const Situation& situation, sim::ServiceId member) const override {
        const auto& [harmful, fits] = situation.truth[member.value()];
        return harmful || (member.value() >= situation.initial_members && !fits);
    }
    [[nodiscard]] std::vector<sim::ServiceId> joining(const Situation& situation) const override {
        const std::vector<sim::ServiceId>& members = situation.membership.members;
        std::vector<sim::ServiceId> wanted;
        for (std::uint32_t i = 0; i < situation.truth.size(); ++i) {
            const sim::ServiceId service{i};
            const bool is_up = situation.up.empty() || situation.up[i] != 0;
            if (situation.truth[i].fits && is_up && std::ranges::find(members, service) == members.end()) {
                wanted.push_back(service);
            }
        }
        return wanted;
    }
};

struct OracleMembers final : StrategyOptions {
    [[nodiscard]] std::unique_ptr<Strategy> make(const SubstitutionOptions& substitution) const override {
        return std::make_unique<MembersOracle>(substitution);
    }
    [[nodiscard]] bool replaces_services() const override { return true; }
    [[nodiscard]] bool filters_candidates() const override { return false; }
    [[nodiscard]] bool knows_truth() const override { return true; }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::trials}; }
    [[nodiscard]] std::int64_t most_members(std::int64_t /*initial*/, std::int64_t services) const override {
        return services;
    }
};

void declare(sim::OptionVisitor& /*visitor*/, OracleMembers& /*leaf*/) {}

}  // namespace

sim::Kind<StrategyOptions> oracle_members_strategy() {
    return sim::Kind<StrategyOptions>::of<OracleMembers>("oracle_members",
                                                         "a reference that knows the truth: the services that fit what "
                                                         "most clients see come in, those with wrong labels "
                                                         "leave");
}

}  // namespace mlaasim::composition
