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

TEST(RealisedReward, ReachesThePolicyThroughTheCheckpoint) {
    const testing::BanditProblem problem{3};
    std::vector<PendingReward> pending;
    for (const std::size_t row : {2U, 0U}) {
        const auto x = problem.contexts.row(row);
        pending.push_back({.service = problem.contexts.services[row], .context = {x.begin(), x.end()}});
    }
    const auto restored = import_pending(export_pending(pending));
    ASSERT_EQ(restored.size(), 2U);
    EXPECT_EQ(restored[0].service, sim::ServiceId{2});
    EXPECT_EQ(restored[0].context, pending[0].context);

    const auto told = make_policy({});
    const auto expected = make_policy({});
    reward_realised(*told, restored, 0.01, {.full_scale = 0.04});
    expected->update(sim::ServiceId{2}, problem.contexts.row(2), 0.625);
    expected->update(sim::ServiceId{0}, problem.contexts.row(0), 0.625);
    EXPECT_EQ(told->export_state(), expected->export_state());
}

TEST(RealisedReward, PendingOfAnotherShapeIsRefused) {
    EXPECT_THROW((void)import_pending(std::vector{1.0, 2.0}), sim::InputError);
    EXPECT_TRUE(import_pending({}).empty());
}

}  // namespace
}  // namespace mlaasim::composition
