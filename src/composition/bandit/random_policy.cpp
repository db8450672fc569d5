#include "composition/bandit/random_policy.hpp"

#include "composition/bandit/pick.hpp"
#include "composition/bandit/state_check.hpp"

namespace mlaasim::composition {

std::vector<ArmScore> RandomPolicy::score(const Contexts&, std::span<const std::size_t> rows) const {
    return std::vector<ArmScore>(rows.size());
}

std::vector<std::size_t> RandomPolicy::choose(const Contexts& contexts, std::span<const std::size_t> rows,
                                              std::span<const ArmScore> scores, std::size_t count,
                                              sim::RandomStream& random) const {
    return pick_epsilon_greedy(contexts, rows, scores, count, 1.0, random);
}

void RandomPolicy::update(sim::ServiceId, std::span<const double>, double) {}

std::vector<double> RandomPolicy::export_state() const { return {}; }

void RandomPolicy::import_state(std::span<const double> state) { check_state_size(state.size(), 0); }

}  // namespace mlaasim::composition
