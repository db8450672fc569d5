// The assessing part of a round: what is measured, and what becomes of a strategy's response.
#include "composition/adaptation.hpp"

#include <gtest/gtest.h>

#include "composition/adapting_composition.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using testing::Ids;
using Calls = std::vector<std::string>;

class AdaptationTest : public testing::AdaptingComposition {};

std::string named(const std::string& what, const Ids& ids) {
    std::string call = what;
    for (const sim::ServiceId service : ids) {
        call += " " + std::to_string(service.value());
    }
    return call;
}

TEST_F(AdaptationTest, NothingIsMadeAnewWhenNothingChanges) {
    laboratory.outages = {id(4), id(5), id(6), id(7), id(8), id(9)};
    choose("substitute");
    const Adaptation adaptation = adapt_to({id(2)});
    EXPECT_FALSE(adaptation.response.changes_composition());
    EXPECT_EQ(adaptation.membership.members, membership.members);
    EXPECT_EQ(adaptation.membership.trained, membership.trained);
    for (const std::string& call : laboratory.calls) {
        EXPECT_TRUE(call.starts_with("compose") || call.starts_with("train_on_trial")) << call;
    }
}

TEST_F(AdaptationTest, SubstituteTakesTheOldPlaceInEveryList) {
    // 0 is a member with an outage, 3 has diverged.
    membership.available = {id(1), id(2), id(3)};
    membership.trained = {id(1), id(2)};
    choose("substitute");
    const Adaptation adaptation = adapt_to({id(1)});
    ASSERT_EQ(adaptation.response.substitutions.size(), 1U);
    const sim::ServiceId incoming = adaptation.response.substitutions[0].incoming;
    EXPECT_EQ(adaptation.membership.members, (Ids{id(0), incoming, id(2), id(3)}));
    EXPECT_EQ(adaptation.membership.available, (Ids{incoming, id(2), id(3)}));
    EXPECT_EQ(adaptation.membership.trained, (Ids{incoming, id(2)}));
    ASSERT_EQ(laboratory.calls.size(), 4U) << "no labels are spent: the reward is known at once";
    EXPECT_EQ(laboratory.calls[2], named("compose", {incoming, id(2)}));
    EXPECT_EQ(laboratory.calls[3], "serve model 1");
}

TEST_F(AdaptationTest, AdaptedServicesStayMembersOfANewComposition) {
    choose("tta");
    const Adaptation adaptation = adapt_to({id(1)});
    EXPECT_EQ(laboratory.calls,
              (Calls{"compose 0 2 3", "adapt against model 0: 1", "compose 0 1 2 3", "serve model 1"}));
    EXPECT_EQ(adaptation.membership.members, membership.members);
    EXPECT_TRUE(adaptation.response.changes_composition());
}

TEST_F(AdaptationTest, AdaptedAndReplacedAreComposedOnce) {
    laboratory.not_composable = {id(1)};
    choose("tta_then_substitute");
    const Adaptation adaptation = adapt_to({id(1), id(3)});
    ASSERT_EQ(adaptation.response.substitutions.size(), 1U);
    const sim::ServiceId incoming = adaptation.response.substitutions[0].incoming;
    EXPECT_EQ(adaptation.response.adapted, Ids{id(3)});
    EXPECT_EQ(laboratory.calls, (Calls{"compose 0 2", "adapt against model 0: 1 3", named("train_on_trial", {incoming}),
                                       named("compose", {id(0), incoming, id(2), id(3)}), "serve model 1"}));
}

TEST_F(AdaptationTest, MarketplaceLearnsFromEveryTrial) {
    laboratory.outages = {id(9), id(8), id(7)};
    options.selection_rounds = 10;
    choose("substitute");
    const Marketplace before = market;
    const Adaptation adaptation = adapt_to({id(2)});
    ASSERT_FALSE(adaptation.response.trials.empty());
    for (const TrialUpdate& trial : adaptation.response.trials) {
        if (trial.trained) {
            EXPECT_EQ(market.effectiveness(trial.service), 0.8);
            EXPECT_EQ(market.quality(trial.service), 0.8) << "the first observation is the quality";
            EXPECT_GT(market.reliability(trial.service), before.reliability(trial.service));
        } else {
            EXPECT_EQ(market.effectiveness(trial.service), before.effectiveness(trial.service));
            EXPECT_LT(market.reliability(trial.service), before.reliability(trial.service));
        }
    }
    EXPECT_EQ(market.changed().size(), adaptation.response.trials.size());
}

TEST_F(AdaptationTest, RealisedRewardIsTheChangeInAccuracy) {
    options.reward = mlaasim::testing::chosen(reward_kinds(), "kind: realised, full_scale: 0.2");
    choose("substitute");
    laboratory.accuracy_after = 0.55;  // .6 before
    const Adaptation adaptation = adapt_to({id(2), id(0)});
    EXPECT_EQ(laboratory.calls.front(), "accuracy 0 1 2 3") << "before anything changes";
    EXPECT_EQ(laboratory.calls.back(), named("accuracy", adaptation.membership.available));
    std::size_t joined = 0;
    for (const auto& arm : log.bandit()) {
        if (arm.chosen == 1) {
            EXPECT_DOUBLE_EQ(arm.reward, 0.5 - 0.05 / 0.4);
            ++joined;
        }
    }
    EXPECT_EQ(joined, 2U);
}

/// Models that share no weights: what they predict differently takes the place of the distance of their parameters.
TEST_F(AdaptationTest, EnsembleJudgesByDisagreementAndVotesWithAllThatCanBeReached) {
    laboratory.parameters.clear();
    laboratory.layout = nullptr;
    membership.available = {id(0), id(1), id(2), id(3)};
    membership.trained = {id(0), id(1), id(2)};  // 3 diverged and votes with its model of the round before
    options.reward = mlaasim::testing::chosen(reward_kinds(), "kind: realised");
    for (const double disagreement : {0.1, 0.9}) {
        laboratory.disagreement = disagreement;
        choose("substitute");
        const Adaptation adaptation = adapt_to({id(1)});
        ASSERT_FALSE(log.rules().empty());
        EXPECT_EQ(log.rules().front().mum, disagreement);
        EXPECT_EQ(log.rules().front().mum_holds, disagreement <= options.rules.mum_threshold ? 1U : 0U);
        ASSERT_EQ(adaptation.response.substitutions.size(), 1U);
        const sim::ServiceId incoming = adaptation.response.substitutions[0].incoming;
        EXPECT_EQ(laboratory.calls.back(), named("accuracy", {id(0), incoming, id(2), id(3)}));
    }
}

}  // namespace
}  // namespace mlaasim::composition
