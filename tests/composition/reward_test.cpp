#include "composition/reward.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "composition/bandit_problem.hpp"
#include "sim/core/error.hpp"

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
    RoundLog log{sim::Round{1}};
    log.chosen(1, sim::ServiceId{2}, {}, 0.9);
    log.chosen(1, sim::ServiceId{1}, {}, 0.3);
    log.chosen(1, sim::ServiceId{0}, {}, 0);
    for (const std::size_t row : {2U, 0U}) {
        const auto x = problem.contexts.row(row);
        pending.push_back(
            {.service = problem.contexts.services[row], .context = {x.begin(), x.end()}, .place = 2 - row});
    }
    const auto told = testing::make_policy();
    const auto expected = testing::make_policy();
    reward_realised(*told, pending, 0.01, {.full_scale = 0.04}, log);
    expected->update(sim::ServiceId{2}, problem.contexts.row(2), 0.625);
    expected->update(sim::ServiceId{0}, problem.contexts.row(0), 0.625);
    EXPECT_EQ(told->export_state(), expected->export_state());
    EXPECT_EQ(log.bandit()[0].reward, 0.625);
    EXPECT_EQ(log.bandit()[1].reward, 0.3);
    EXPECT_EQ(log.bandit()[2].reward, 0.625);
}

TEST(RealisedReward, RowOfAnotherArmIsABug) {
    const auto policy = testing::make_policy();
    const std::vector<PendingReward> pending{
        {.service = sim::ServiceId{1}, .context = std::vector(context_width, 0.0), .place = 0}};
    RoundLog log{sim::Round{1}};
    log.chosen(1, sim::ServiceId{2}, {}, 0);
    EXPECT_THROW(reward_realised(*policy, pending, 0.01, {}, log), sim::ContractViolation);
}

}  // namespace
}  // namespace mlaasim::composition
