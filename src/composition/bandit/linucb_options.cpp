#include "composition/bandit/linucb_options.hpp"

#include "composition/bandit/pick.hpp"

namespace mlaasim::composition {

std::vector<sim::Choice> choices_of(DrawKind) {
    return {{"all", static_cast<int>(DrawKind::all), "each pick is the best of all that remain"},
            {"subsets", static_cast<int>(DrawKind::subsets),
             "each pick is the best of floor(N / K) random candidates (Alg. 4 as printed)"}};
}

void declare(sim::OptionVisitor& visitor, LinUcbOptions& options) {
    visitor.choice("draw", options.draw, {.doc = "among which candidates each pick is made"});
    visitor.option("alpha", options.alpha, {.doc = "weight of the uncertainty", .range = sim::at_least(0)});
    declare(visitor, options.model);
}

ArmScore linucb_score(const LinUcbOptions& options, const LinearSolution& solution, std::span<const double> context) {
    return {.expected = solution.expected(context), .bonus = options.alpha * solution.deviation(context)};
}

std::vector<std::size_t> linucb_pick(const LinUcbOptions& options, const Contexts& contexts,
                                     std::span<const std::size_t> rows, std::span<const ArmScore> scores,
                                     std::size_t count, sim::RandomStream& random) {
    return options.draw == DrawKind::subsets ? pick_from_subsets(contexts, rows, scores, count, random)
                                             : pick_best(contexts, rows, scores, count);
}

}  // namespace mlaasim::composition
