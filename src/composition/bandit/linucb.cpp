#include "composition/bandit/linucb.hpp"

#include "composition/bandit/pick.hpp"
#include "composition/bandit/state_check.hpp"

namespace mlaasim::composition {

namespace {

std::vector<std::size_t> pick(const BanditOptions& options, const Contexts& contexts, std::span<const std::size_t> rows,
                              std::span<const ArmScore> scores, std::size_t count, sim::RandomStream& random) {
    return options.draw == DrawKind::subsets ? pick_from_subsets(contexts, rows, scores, count, random)
                                             : pick_best(contexts, rows, scores, count);
}

ArmScore score_of(const LinearSolution& solution, std::span<const double> x, double alpha) {
    return {.expected = solution.expected(x), .bonus = alpha * solution.deviation(x)};
}

}  // namespace

SharedLinUcb::SharedLinUcb(const BanditOptions& options)
    : options_{options}, model_{context_width, options.ridge, options.forgetting} {}

std::vector<ArmScore> SharedLinUcb::score(const Contexts& contexts, std::span<const std::size_t> rows) const {
    const LinearSolution solution = model_.solve();
    std::vector<ArmScore> scores;
    scores.reserve(rows.size());
    for (const std::size_t row : rows) {
        scores.push_back(score_of(solution, contexts.row(row), options_.alpha));
    }
    return scores;
}

std::vector<std::size_t> SharedLinUcb::choose(const Contexts& contexts, std::span<const std::size_t> rows,
                                              std::span<const ArmScore> scores, std::size_t count,
                                              sim::RandomStream& random) const {
    return pick(options_, contexts, rows, scores, count, random);
}

void SharedLinUcb::update(sim::ServiceId, std::span<const double> context, double reward) {
    model_.update(context, reward);
}

std::vector<double> SharedLinUcb::export_state() const {
    std::vector<double> state;
    model_.append_state(state);
    return state;
}

void SharedLinUcb::import_state(std::span<const double> state) {
    check_state_size(state.size(), LinearModel::state_size(context_width));
    model_.set_state(state);
}

DisjointLinUcb::DisjointLinUcb(const BanditOptions& options) : options_{options} {}

LinearModel DisjointLinUcb::untouched() const { return {context_width, options_.ridge, options_.forgetting}; }

std::vector<ArmScore> DisjointLinUcb::score(const Contexts& contexts, std::span<const std::size_t> rows) const {
    const LinearSolution prior = untouched().solve();
    std::vector<ArmScore> scores;
    scores.reserve(rows.size());
    for (const std::size_t row : rows) {
        const auto model = models_.find(contexts.services[row]);
        scores.push_back(
            score_of(model == models_.end() ? prior : model->second.solve(), contexts.row(row), options_.alpha));
    }
    return scores;
}

std::vector<std::size_t> DisjointLinUcb::choose(const Contexts& contexts, std::span<const std::size_t> rows,
                                                std::span<const ArmScore> scores, std::size_t count,
                                                sim::RandomStream& random) const {
    return pick(options_, contexts, rows, scores, count, random);
}

void DisjointLinUcb::update(sim::ServiceId arm, std::span<const double> context, double reward) {
    models_.try_emplace(arm, untouched()).first->second.update(context, reward);
}

std::vector<double> DisjointLinUcb::export_state() const {
    std::vector<double> state;
    for (const auto& [arm, model] : models_) {
        state.push_back(arm.value());
        model.append_state(state);
    }
    return state;
}

void DisjointLinUcb::import_state(std::span<const double> state) {
    const std::size_t row = 1 + LinearModel::state_size(context_width);
    check_state_size(state.size() % row, 0);
    models_.clear();
    for (std::size_t i = 0; i < state.size(); i += row) {
        LinearModel model = untouched();
        model.set_state(state.subspan(i + 1, row - 1));
        models_.insert_or_assign(sim::ServiceId{static_cast<std::uint32_t>(state[i])}, std::move(model));
    }
}

}  // namespace mlaasim::composition
