#include "composition/strategy_options.hpp"

namespace mlaasim::composition {

std::vector<sim::Choice> choices_of(StrategyKind) {
    return {{"none", static_cast<int>(StrategyKind::none), "assess only"},
            {"substitute", static_cast<int>(StrategyKind::substitute), "replace underperforming services"},
            {"tta", static_cast<int>(StrategyKind::tta), "adapt underperforming services at test time"},
            {"tta_then_substitute", static_cast<int>(StrategyKind::tta_then_substitute),
             "adapt them; replace those that are not composable afterwards, underperform again, or can't be adapted"}};
}

void declare(sim::OptionVisitor& visitor, StrategyOptions& options) {
    visitor.choice("kind", options.kind, {.doc = "what is done about underperforming services"});
}

}  // namespace mlaasim::composition
