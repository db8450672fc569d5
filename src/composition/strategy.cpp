#include "composition/strategy.hpp"

#include "composition/strategies/none.hpp"
#include "composition/strategies/substitute.hpp"
#include "composition/strategies/tta.hpp"
#include "composition/strategies/tta_then_substitute.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {

std::unique_ptr<Strategy> make_strategy(const StrategyOptions& options, const SubstitutionOptions& substitution) {
    switch (options.kind) {
        case StrategyKind::none: return std::make_unique<None>(substitution);
        case StrategyKind::substitute: return std::make_unique<Substitute>(substitution);
        case StrategyKind::tta: return std::make_unique<Tta>(substitution);
        case StrategyKind::tta_then_substitute: return std::make_unique<TtaThenSubstitute>(substitution);
    }
    sim::expects(false, "a known strategy");
    return nullptr;
}

}  // namespace mlaasim::composition
