#include "composition/bandit/one_model_policy.hpp"

#include "composition/bandit/state_check.hpp"

namespace mlaasim::composition {

OneModelPolicy::OneModelPolicy(std::size_t width, const LinearModelOptions& options)
    : width_{width}, model_{width, options} {}

void OneModelPolicy::update(sim::ServiceId /*arm*/, std::span<const double> context, double reward) {
    model_.update(context, reward);
}

std::vector<double> OneModelPolicy::export_state() const {
    std::vector<double> state;
    model_.append_state(state);
    return state;
}

void OneModelPolicy::import_state(std::span<const double> state) {
    check_state_size(state.size(), LinearModel::state_size(width_));
    model_.set_state(state);
}

std::vector<ArmScore> expected_scores(const LinearSolution& solution, const Contexts& contexts,
                                      std::span<const std::size_t> rows) {
    std::vector<ArmScore> scores;
    scores.reserve(rows.size());
    for (const std::size_t row : rows) {
        scores.push_back({.expected = solution.expected(contexts.row(row)), .bonus = 0});
    }
    return scores;
}

}  // namespace mlaasim::composition
