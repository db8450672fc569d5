// What the coordinator does when services underperform.
#pragma once

#include <span>
#include <vector>

#include "sim/ids.hpp"
#include "sim/options.hpp"

namespace mlaasim::composition {

enum class StrategyKind {
    none,                 ///< assess only
    substitute,           ///< replace them (adaptive composition, default)
    tta,                  ///< adapt them at test time
    tta_then_substitute,  ///< adapt them; replace those that are not composable afterwards or underperform again
};

/// Whether the models can be adapted at test time by the chosen technique (most need batch norm).
enum class Adaptable { no, yes };

struct StrategyOptions {
    StrategyKind kind = StrategyKind::substitute;
};

[[nodiscard]] std::vector<sim::Choice> choices_of(StrategyKind);
void declare(sim::OptionVisitor& visitor, StrategyOptions& options);

/// Disjoint lists. decide() keeps the order of the underperforming services; escalate() appends.
struct Decision {
    std::vector<sim::ServiceId> adapt;
    std::vector<sim::ServiceId> substitute;
};

/// `adapted_before` are the services adapted in the previous round: tta_then_substitute replaces those.
[[nodiscard]] Decision decide(std::span<const sim::ServiceId> underperforming,
                              std::span<const sim::ServiceId> adapted_before, Adaptable adaptable,
                              const StrategyOptions& options);

/// After the adaptation: moves the services whose adapted form is not composable from adapt to substitute, for
/// tta_then_substitute; else they are only taken from adapt.
[[nodiscard]] Decision escalate(Decision decision, std::span<const sim::ServiceId> not_composable,
                                const StrategyOptions& options);

}  // namespace mlaasim::composition
