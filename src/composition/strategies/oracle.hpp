// References that know the truth of every service from the schedule of drift. No composition in service could.
#pragma once

#include <vector>

#include "composition/strategies/memory.hpp"
#include "composition/strategy.hpp"

namespace mlaasim::composition {

/// Lets harmful members go, all at once, as long as one stays that is trained. Leaves say who joins.
class Oracle : public Strategy {
public:
    Response respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) final;
    void learn(const Outcome& /*outcome*/, RoundLog& /*log*/) final {}
    void archive(Archive& archive) final { memory_.archive(archive); }

protected:
    explicit Oracle(const SubstitutionOptions& options) : memory_{options.bandit} {}

private:
    /// Whether a member should leave.
    [[nodiscard]] virtual bool leaves(const Situation& situation, sim::ServiceId member) const = 0;
    /// Services outside that should join, and are up.
    [[nodiscard]] virtual std::vector<sim::ServiceId> joining(const Situation& situation) const = 0;

    StrategyMemory memory_;
};

}  // namespace mlaasim::composition
