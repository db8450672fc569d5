#include "composition/bandit/epsilon_greedy.hpp"

#include "composition/bandit/pick.hpp"
#include "composition/bandit/state_check.hpp"

namespace mlaasim::composition {

EpsilonGreedy::EpsilonGreedy(const BanditOptions& options)
    : epsilon_{options.epsilon}, model_{context_width, options.ridge, options.forgetting} {}

std::vector<ArmScore> EpsilonGreedy::score(const Contexts& contexts, std::span<const std::size_t> rows) const {
    const LinearSolution solution = model_.solve();
    std::vector<ArmScore> scores;
    scores.reserve(rows.size());
    for (const std::size_t row : rows) {
        scores.push_back({.expected = solution.expected(contexts.row(row)), .bonus = 0});
    }
    return scores;
}

std::vector<std::size_t> EpsilonGreedy::choose(const Contexts& contexts, std::span<const std::size_t> rows,
                                               std::span<const ArmScore> scores, std::size_t count,
                                               sim::RandomStream& random) const {
    return pick_epsilon_greedy(contexts, rows, scores, count, epsilon_, random);
}

void EpsilonGreedy::update(sim::ServiceId, std::span<const double> context, double reward) {
    model_.update(context, reward);
}

std::vector<double> EpsilonGreedy::export_state() const {
    std::vector<double> state;
    model_.append_state(state);
    return state;
}

void EpsilonGreedy::import_state(std::span<const double> state) {
    check_state_size(state.size(), LinearModel::state_size(context_width));
    model_.set_state(state);
}

}  // namespace mlaasim::composition
