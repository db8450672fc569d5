// Which strategy answers when services underperform.
#pragma once

#include <vector>

#include "sim/options/options.hpp"

namespace mlaasim::composition {

enum class StrategyKind {
    none,                 ///< assess only
    substitute,           ///< replace them (adaptive composition, default)
    tta,                  ///< adapt them at test time
    tta_then_substitute,  ///< adapt them; replace those that are not composable afterwards or underperform again
};

struct StrategyOptions {
    StrategyKind kind = StrategyKind::substitute;
};

[[nodiscard]] std::vector<sim::Choice> choices_of(StrategyKind);
void declare(sim::OptionVisitor& visitor, StrategyOptions& options);

}  // namespace mlaasim::composition
