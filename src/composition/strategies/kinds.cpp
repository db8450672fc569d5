// The kinds of strategies, each in the file of its name.
#include <array>

#include "composition/strategy.hpp"

namespace mlaasim::composition {

sim::Kind<StrategyOptions> heal_strategy();
sim::Kind<StrategyOptions> substitute_strategy();
sim::Kind<StrategyOptions> tta_strategy();
sim::Kind<StrategyOptions> tta_then_substitute_strategy();
sim::Kind<StrategyOptions> paper_strategy();
sim::Kind<StrategyOptions> rules_strategy();
sim::Kind<StrategyOptions> qos_strategy();
sim::Kind<StrategyOptions> recompose_strategy();
sim::Kind<StrategyOptions> none_strategy();
sim::Kind<StrategyOptions> oracle_removal_strategy();
sim::Kind<StrategyOptions> oracle_members_strategy();

std::span<const sim::Kind<StrategyOptions>> strategy_kinds() {
    static const std::array kinds{
        heal_strategy(),
        substitute_strategy(),
        tta_strategy(),
        tta_then_substitute_strategy(),
        paper_strategy(),
        rules_strategy(),
        qos_strategy(),
        recompose_strategy(),
        none_strategy(),
        oracle_removal_strategy(),
        oracle_members_strategy(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
