#include "composition/bandit/linucb_options.hpp"

namespace mlaasim::composition {

void declare(sim::OptionVisitor& visitor, LinUcbOptions& options) {
    visitor.kind_beside("draw", options.draw, draw_kinds(), {.doc = "Among which candidates each pick is made"});
    visitor.option("alpha", options.alpha, {.doc = "Weight of the uncertainty", .range = sim::at_least(0)});
    declare(visitor, options.model);
}

ArmScore linucb_score(const LinUcbOptions& options, const LinearSolution& solution, std::span<const double> context) {
    return {.expected = solution.expected(context), .bonus = options.alpha * solution.deviation(context)};
}

}  // namespace mlaasim::composition
