#include "composition/reward.hpp"

#include <algorithm>
#include <cmath>

#include "sim/error.hpp"

namespace mlaasim::composition {

std::vector<sim::Choice> choices_of(RewardKind) {
    return {{"confidence", static_cast<int>(RewardKind::confidence), "the confidence score, at once"},
            {"realised", static_cast<int>(RewardKind::realised),
             "for services that joined, the composition's change in accuracy a round later"}};
}

void declare(sim::OptionVisitor& visitor, RewardOptions& options) {
    visitor.choice("kind", options.kind, {.doc = "what the bandit learns from"});
    visitor.option(
        "full_scale", options.full_scale,
        {.doc = "change in accuracy that earns the realised reward 1; its negative earns 0", .range = sim::positive()});
}

double realised_reward(double accuracy_change, const RewardOptions& options) {
    if (!std::isfinite(accuracy_change)) {
        return 0;
    }
    return std::clamp(0.5 + accuracy_change / (2 * options.full_scale), 0.0, 1.0);
}

void reward_realised(Policy& policy, std::span<const PendingReward> pending, double accuracy_change,
                     const RewardOptions& options) {
    const double reward = realised_reward(accuracy_change, options);
    for (const PendingReward& arm : pending) {
        policy.update(arm.service, arm.context, reward);
    }
}

std::vector<double> export_pending(std::span<const PendingReward> pending) {
    std::vector<double> state;
    for (const PendingReward& arm : pending) {
        sim::expects(arm.context.size() == context_width, "a context has all its features");
        state.push_back(arm.service.value());
        state.insert(state.end(), arm.context.begin(), arm.context.end());
    }
    return state;
}

std::vector<PendingReward> import_pending(std::span<const double> state) {
    constexpr std::size_t row = 1 + context_width;
    if (state.size() % row != 0) {
        throw sim::InputError(
            sim::Problem{.what = "the checkpoint's pending rewards have " + std::to_string(state.size()) + " numbers",
                         .expected = "a multiple of " + std::to_string(row),
                         .hint = "resume with the version that wrote the checkpoint"});
    }
    std::vector<PendingReward> pending;
    for (std::size_t i = 0; i < state.size(); i += row) {
        const auto context = state.subspan(i + 1, context_width);
        pending.push_back({.service = sim::ServiceId{static_cast<std::uint32_t>(state[i])},
                           .context = {context.begin(), context.end()}});
    }
    return pending;
}

}  // namespace mlaasim::composition
