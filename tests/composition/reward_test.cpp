#include "composition/reward.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "composition/bandit_problem.hpp"
#include "sim/error.hpp"

namespace mlaasim::composition {
namespace {

TEST(RealisedReward, IsLinearAndClamped) {
    const RewardOptions options{.full_scale = 0.04};
    EXPECT_DOUBLE_EQ(realised_reward(0, options), 0.5);
    EXPECT_DOUBLE_EQ(realised_reward(0.02, options), 0.75);
    EXPECT_DOUBLE_EQ(realised_reward(0.5, options), 1);
    EXPECT_DOUBLE_EQ(realised_reward(-0.5, options), 0);
    EXPECT_DOUBLE_EQ(realised_reward(std::numeric_limits<double>::quiet_NaN(), options), 0);
}

TEST(RealisedReward, ReachesThePolicyAndTheRows) {
    const testing::BanditProblem problem{3};
    std::vector<PendingReward> pending;
    std::vector<sim::BanditRecord> records{
        {.service = 2, .reward = 0.9, .chosen = 1}, {.service = 1, .reward = 0.3, .chosen = 1}, {.service = 0}};
    for (const std::size_t row : {2U, 0U}) {
        const auto x = problem.contexts.row(row);
        pending.push_back({.service = problem.contexts.services[row], .context = {x.begin(), x.end()}, .row = 2 - row});
    }
    const auto told = testing::make_policy();
    const auto expected = testing::make_policy();
    reward_realised(*told, pending, 0.01, {.full_scale = 0.04}, records);
    expected->update(sim::ServiceId{2}, problem.contexts.row(2), 0.625);
    expected->update(sim::ServiceId{0}, problem.contexts.row(0), 0.625);
    EXPECT_EQ(told->export_state(), expected->export_state());
    EXPECT_EQ(records[0].reward, 0.625);
    EXPECT_EQ(records[1].reward, 0.3);
    EXPECT_EQ(records[2].reward, 0.625);
}

TEST(RealisedReward, RowOfAnotherArmIsABug) {
    const auto policy = testing::make_policy();
    const std::vector<PendingReward> pending{
        {.service = sim::ServiceId{1}, .context = std::vector(context_width, 0.0), .row = 0}};
    std::vector<sim::BanditRecord> records{{.service = 2}};
    EXPECT_THROW(reward_realised(*policy, pending, 0.01, {}, records), sim::ContractViolation);
}

}  // namespace
}  // namespace mlaasim::composition
