// The vote of a set of members is the set's alone, whichever way it was made.
#include "fl/soft_vote.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/core/error.hpp"
#include "sim/core/random.hpp"

namespace mlaasim::fl {
namespace {

using Row = std::vector<float>;

TEST(SoftVote, ByHand) {
    const std::vector<Row> members{{0.5F, 0.5F}, {1.0F, 0.0F}, {0.0F, 1.0F}, {1.0F, 0.0F}};
    const SoftVote vote = SoftVote::of(members);
    EXPECT_EQ(vote.mean(), (Row{0.625F, 0.375F}));
    EXPECT_EQ(vote.mean_without(members[0]), (Row{static_cast<float>(2.0 / 3.0), static_cast<float>(1.0 / 3.0)}));
    EXPECT_EQ(vote.mean_without(members[3]), (Row{0.5F, 0.5F}));
    EXPECT_EQ(SoftVote::of(std::vector<Row>{{0.25F, 0.75F}}).mean(), (Row{0.25F, 0.75F}));
}

/// Class probabilities of three samples with four classes, down to the smallest that a loss tells apart.
std::vector<Row> random_members(std::size_t count) {
    sim::RandomStream random{sim::Seed{3}, sim::Purpose::test, 0, 0};
    std::vector<Row> members(count, Row(12));
    for (Row& member : members) {
        for (std::size_t sample = 0; sample < 3; ++sample) {
            const auto row = std::span{member}.subspan(4 * sample, 4);
            std::generate(row.begin(), row.end(),
                          [&] { return static_cast<float>(std::exp(random.uniform(-30.0, 0.0))); });
            const float total = std::accumulate(row.begin(), row.end(), 0.0F);
            std::transform(row.begin(), row.end(), row.begin(), [&](float value) { return value / total; });
        }
    }
    return members;
}

TEST(SoftVote, IsTheMeanInDouble) {
    const std::vector<Row> members = random_members(501);
    const Row mean = SoftVote::of(members).mean();
    for (std::size_t i = 0; i < mean.size(); ++i) {
        double expected = 0.0;
        for (const Row& member : members) {
            expected += static_cast<double>(member[i]) / 501.0;
        }
        EXPECT_NEAR(mean[i], expected, 1e-14 + 1e-7 * expected) << i;
    }
}

TEST(SoftVote, LeavingOneOutGivesTheBitsOfTheOthersInAnyOrder) {
    std::vector<Row> members = random_members(20);
    const SoftVote all = SoftVote::of(members);
    for (std::size_t left_out = 0; left_out < members.size(); ++left_out) {
        std::vector<Row> others = members;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(left_out));
        std::reverse(others.begin(), others.end());
        EXPECT_EQ(all.mean_without(members[left_out]), SoftVote::of(others).mean()) << left_out;
    }
    EXPECT_NE(all.mean_without(members[0]), all.mean_without(members[1]));
}

TEST(SoftVote, AMemberThatIsTakenBackLeavesTheBitsOfTheOthers) {
    std::vector<Row> members = random_members(20);
    members[7][2] = std::numeric_limits<float>::quiet_NaN();
    SoftVote vote = SoftVote::of(members);
    vote.subtract(members[3]);
    vote.subtract(members[7]);
    vote.add(members[3]);
    members.erase(members.begin() + 7);
    EXPECT_EQ(vote.mean(), SoftVote::of(members).mean());
    EXPECT_THROW(SoftVote{1}.subtract(Row{1.0F}), sim::ContractViolation);
}

TEST(SoftVote, OfWhatIsNoNumberIsNoneUnlessItIsLeftOut) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const std::vector<Row> members{{0.5F, 0.5F}, {nan, 0.25F}, {1.0F, 0.75F}};
    const SoftVote vote = SoftVote::of(members);
    EXPECT_TRUE(std::isnan(vote.mean()[0]));
    EXPECT_EQ(vote.mean()[1], 0.5F);
    EXPECT_EQ(vote.mean_without(members[1]), (Row{0.75F, 0.625F}));
    EXPECT_TRUE(std::isnan(vote.mean_without(members[0])[0]));
}

TEST(SoftVote, NeedsVotersWhoSawTheSame) {
    EXPECT_THROW(static_cast<void>(SoftVote{1}.mean()), sim::ContractViolation);
    SoftVote alone = SoftVote::of(std::vector<Row>{{1.0F}});
    EXPECT_THROW(static_cast<void>(alone.mean_without(Row{1.0F})), sim::ContractViolation);
    EXPECT_THROW(alone.add(Row{0.5F, 0.5F}), sim::ContractViolation);
}

}  // namespace
}  // namespace mlaasim::fl
