#include "composition/strategy.hpp"

#include <algorithm>
#include <utility>

namespace mlaasim::composition {

namespace {

bool contains(std::span<const sim::ServiceId> ids, sim::ServiceId id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

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

Decision decide(std::span<const sim::ServiceId> underperforming, std::span<const sim::ServiceId> adapted_before,
                Adaptable adaptable, const StrategyOptions& options) {
    Decision decision;
    const bool can_adapt = adaptable == Adaptable::yes;
    for (const sim::ServiceId id : underperforming) {
        switch (options.kind) {
            case StrategyKind::none: break;
            case StrategyKind::substitute: decision.substitute.push_back(id); break;
            case StrategyKind::tta:
                if (can_adapt) {
                    decision.adapt.push_back(id);
                }
                break;
            case StrategyKind::tta_then_substitute:
                (can_adapt && !contains(adapted_before, id) ? decision.adapt : decision.substitute).push_back(id);
                break;
        }
    }
    return decision;
}

Decision escalate(Decision decision, std::span<const sim::ServiceId> not_composable, const StrategyOptions& options) {
    Decision result{.adapt = {}, .substitute = std::move(decision.substitute)};
    for (const sim::ServiceId id : decision.adapt) {
        if (!contains(not_composable, id)) {
            result.adapt.push_back(id);
        } else if (options.kind == StrategyKind::tta_then_substitute) {
            result.substitute.push_back(id);
        }
    }
    return result;
}

}  // namespace mlaasim::composition
