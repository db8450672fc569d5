#include "composition/reward.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "composition/bandit_problem.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

TEST(RealisedReward, IsLinearAndClamped) {
    const auto realised = testing::make_reward("realised, full_scale: 0.04");
    EXPECT_DOUBLE_EQ(realised->of_change(0), 0.5);
    EXPECT_DOUBLE_EQ(realised->of_change(0.02), 0.75);
    EXPECT_DOUBLE_EQ(realised->of_change(0.5), 1);
    EXPECT_DOUBLE_EQ(realised->of_change(-0.5), 0);
    EXPECT_DOUBLE_EQ(realised->of_change(std::numeric_limits<double>::quiet_NaN()), 0);
}

TEST(Reward, OfThoseWhoJoinIsKnownAtOnceOrLater) {
    const auto confidence = testing::make_reward("confidence");
    const auto realised = testing::make_reward("realised");
    for (const bool joins : {false, true}) {
        EXPECT_EQ(confidence->at_once(0.7, joins), 0.7);
        EXPECT_EQ(realised->at_once(0.7, joins).has_value(), !joins);
    }
    EXPECT_EQ(realised->at_once(0.7, false), 0.7);
    EXPECT_THROW((void)confidence->of_change(0.1), sim::ContractViolation) << "nothing was left open";
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
    reward_realised(*told, pending, 0.01, *testing::make_reward("realised, full_scale: 0.04"), log);
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
    EXPECT_THROW(reward_realised(*policy, pending, 0.01, *testing::make_reward("realised"), log),
                 sim::ContractViolation);
}

}  // namespace
}  // namespace mlaasim::composition
