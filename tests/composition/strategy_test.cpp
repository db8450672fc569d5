// What each strategy decides, asks of the laboratory, and logs.
#include "composition/strategy.hpp"

#include <gtest/gtest.h>

#include "composition/adapting_composition.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using testing::Ids;
using Calls = std::vector<std::string>;

class StrategyTest : public testing::AdaptingComposition {
protected:
    [[nodiscard]] Ids outgoing(const Response& response) const {
        Ids ids;
        for (const Substitution& substitution : response.substitutions) {
            ids.push_back(substitution.outgoing);
        }
        return ids;
    }
    /// The services of the rows of a table.
    template <class Rows>
    [[nodiscard]] Ids services(const Rows& rows) const {
        Ids ids;
        for (const auto& row : rows) {
            ids.push_back(id(static_cast<std::uint32_t>(row.service)));
        }
        return ids;
    }
};

TEST_F(StrategyTest, NobodyUnderperforms) {
    for (const auto& kind : strategy_kinds()) {
        if (kind.make()->replaces_services() && !kind.make()->filters_candidates()) {
            continue;  // it looks for better services whenever streams may have changed
        }
        choose(kind.word);
        EXPECT_FALSE(respond({}).changes_composition());
        EXPECT_TRUE(laboratory.calls.empty());
        EXPECT_TRUE(logged_nothing());
    }
}

TEST_F(StrategyTest, WhenAllUnderperformThereIsNothingToCompareWith) {
    for (const char* kind : {"substitute", "tta", "tta_then_substitute", "rules", "qos"}) {
        choose(kind);
        EXPECT_FALSE(respond({id(3), id(1), id(0), id(2)}).changes_composition());
        EXPECT_TRUE(laboratory.calls.empty());
        ASSERT_EQ(log.events().size(), 1U);
        EXPECT_EQ(log.events()[0].kind.view(), "all_underperform");
        EXPECT_EQ(log.events()[0].subject.view(), "composition");
        EXPECT_EQ(log.events()[0].value, 4);
        EXPECT_EQ(log.events()[0].round, 4U);
    }
}

TEST_F(StrategyTest, OnlyTrainedMembersCount) {
    // 3 is a member, but has an outage: what is left is nobody.
    membership.trained = {id(0), id(1)};
    choose("substitute");
    EXPECT_FALSE(respond({id(0), id(1)}).changes_composition());
    ASSERT_EQ(log.events().size(), 1U);
    EXPECT_EQ(log.events()[0].value, 2);
}

TEST_F(StrategyTest, NoneDoesAndLogsNothing) {
    choose("none");
    for (const Ids& underperforming : {Ids{id(1)}, Ids{id(0), id(1), id(2), id(3)}}) {
        EXPECT_FALSE(respond(underperforming).changes_composition());
        EXPECT_TRUE(laboratory.calls.empty());
        EXPECT_TRUE(logged_nothing());
    }
}

TEST_F(StrategyTest, SubstituteReplacesTheWorstFirstAndAdaptsNobody) {
    choose("substitute");
    const Response response = respond({id(2), id(0)});
    EXPECT_EQ(outgoing(response), (Ids{id(2), id(0)}));
    EXPECT_TRUE(response.adapted.empty());
    EXPECT_EQ(laboratory.calls.front(), "compose 1 3") << "those that perform, in their order";
    ASSERT_EQ(laboratory.calls.size(), 2U) << "one selection round finds both";
    EXPECT_EQ(response.trials.size(), 2U);
    EXPECT_TRUE(log.tta().empty());
    ASSERT_EQ(log.events().size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(log.events()[i].kind.view(), "substitution");
        EXPECT_EQ(log.events()[i].subject.view(), "service");
        EXPECT_EQ(log.events()[i].id, static_cast<std::int32_t>(response.substitutions[i].outgoing.value()));
        EXPECT_EQ(log.events()[i].other, static_cast<std::int32_t>(response.substitutions[i].incoming.value()));
        EXPECT_EQ(log.events()[i].value, response.substitutions[i].confidence);
        EXPECT_GE(response.substitutions[i].incoming, id(4));
    }
    EXPECT_NE(response.substitutions[0].incoming, response.substitutions[1].incoming);
}

TEST_F(StrategyTest, SubstituteWithoutCandidatesReplacesNobody) {
    market = testing::make_market(10, [](Service&) {});
    choose("substitute");
    EXPECT_FALSE(respond({id(2)}).changes_composition());
    EXPECT_EQ(laboratory.calls, Calls{"compose 0 1 3"});
    EXPECT_EQ(log.candidates().size(), 10U) << "why each is none";
    EXPECT_TRUE(log.events().empty() && log.bandit().empty() && log.rules().empty());
}

TEST_F(StrategyTest, CandidatesThatDoNotTrainReplaceNobodyButAreTried) {
    laboratory.outages = {id(4), id(5), id(6), id(7), id(8), id(9)};
    choose("substitute");
    const Response response = respond({id(2)});
    EXPECT_FALSE(response.changes_composition());
    EXPECT_EQ(response.trials.size(), 3U) << "one in each selection round";
    EXPECT_TRUE(log.events().empty());
}

TEST_F(StrategyTest, TtaAdaptsAllThatUnderperform) {
    choose("tta");
    laboratory.not_composable = {id(1)};
    laboratory.arrived = {id(2)};
    const Response response = respond({id(2), id(1), id(0)});
    EXPECT_EQ(laboratory.calls, (Calls{"compose 3", "adapt against model 0: 2 1 0"}));
    EXPECT_EQ(response.adapted, (Ids{id(2), id(0)})) << "composable ones, in the order of the assessment";
    EXPECT_TRUE(response.substitutions.empty() && response.trials.empty());
    ASSERT_EQ(services(log.tta()), (Ids{id(0), id(1), id(2)})) << "in the order of the reports";
    EXPECT_EQ(log.tta()[0].outcome.view(), "integrated");
    EXPECT_EQ(log.tta()[0].composable, 1U);
    EXPECT_EQ(log.tta()[0].technique.view(), "batch_norm");
    EXPECT_EQ(log.tta()[0].samples, 64);
    EXPECT_EQ(log.tta()[0].score, 0.9);
    EXPECT_EQ(log.tta()[1].outcome.view(), "not composable");
    EXPECT_EQ(log.tta()[1].composable, 0U);
    EXPECT_EQ(log.tta()[2].outcome.view(), "arrived");
    EXPECT_TRUE(log.events().empty());
}

TEST_F(StrategyTest, TtaWithoutAComposableResultChangesNothing) {
    choose("tta");
    laboratory.not_composable = {id(1), id(2)};
    EXPECT_FALSE(respond({id(2), id(1)}).changes_composition());
    EXPECT_EQ(log.tta().size(), 2U);
}

TEST_F(StrategyTest, TtaAdaptsAgainWhatUnderperformsAgain) {
    choose("tta");
    EXPECT_EQ(respond({id(2)}).adapted, Ids{id(2)});
    EXPECT_EQ(respond({id(2)}).adapted, Ids{id(2)});
}

TEST_F(StrategyTest, TtaDoesNothingWithModelsThatCannotBeAdapted) {
    choose("tta");
    laboratory.can_adapt = Adaptable::no;
    EXPECT_FALSE(respond({id(2)}).changes_composition());
    EXPECT_TRUE(logged_nothing());
}

TEST_F(StrategyTest, TtaThenSubstituteReplacesNobodyThatIsComposable) {
    choose("tta_then_substitute");
    const Response response = respond({id(2), id(0)});
    EXPECT_EQ(response.adapted, (Ids{id(2), id(0)}));
    EXPECT_TRUE(response.substitutions.empty());
    EXPECT_EQ(laboratory.calls, (Calls{"compose 1 3", "adapt against model 0: 2 0"}));
}

TEST_F(StrategyTest, TtaThenSubstituteReplacesWhatIsNotComposableInTheSameRound) {
    choose("tta_then_substitute");
    laboratory.not_composable = {id(2)};
    const Response response = respond({id(2), id(0)});
    EXPECT_EQ(response.adapted, Ids{id(0)});
    EXPECT_EQ(outgoing(response), Ids{id(2)});
    EXPECT_EQ(laboratory.calls[1], "adapt against model 0: 2 0");
    EXPECT_EQ(laboratory.trials.front().size(), 1U) << "one candidate is tried for the one to be replaced";
}

TEST_F(StrategyTest, TtaThenSubstituteReplacesWhatWasAdaptedBefore) {
    choose("tta_then_substitute");
    EXPECT_EQ(respond({id(2)}).adapted, Ids{id(2)});
    laboratory.not_composable = {id(0)};
    const Response response = respond({id(0), id(2)});
    EXPECT_EQ(laboratory.calls[1], "adapt against model 1: 0") << "2 had its chance";
    EXPECT_TRUE(response.adapted.empty());
    EXPECT_EQ(outgoing(response), (Ids{id(2), id(0)})) << "those adapted before come first";
}

TEST_F(StrategyTest, TtaThenSubstituteRemembersOneAssessment) {
    for (const Ids& between : {Ids{}, Ids{id(1)}, Ids{id(0), id(1), id(2), id(3)}}) {
        choose("tta_then_substitute");
        EXPECT_EQ(respond({id(2)}).adapted, Ids{id(2)});
        EXPECT_TRUE(respond(between).substitutions.empty());
        EXPECT_EQ(respond({id(2)}).adapted, Ids{id(2)}) << "after a round without it, it is adapted again";
    }
}

TEST_F(StrategyTest, TtaThenSubstituteReplacesModelsThatCannotBeAdapted) {
    choose("tta_then_substitute");
    laboratory.can_adapt = Adaptable::no;
    const Response response = respond({id(2), id(0)});
    EXPECT_EQ(outgoing(response), (Ids{id(2), id(0)}));
    EXPECT_TRUE(response.adapted.empty() && log.tta().empty());
    EXPECT_EQ(laboratory.calls.front(), "compose 1 3");
    EXPECT_EQ(laboratory.calls[1].substr(0, 14), "train_on_trial");
}

TEST_F(StrategyTest, OutagesAreNoCandidates) {
    choose("substitute");
    EXPECT_NE(respond({id(2)}).substitutions.at(0).incoming, id(4));
    const std::vector<std::uint8_t> up{1, 1, 1, 1, 1, 0, 0, 0, 0, 0};
    Situation now = situation();
    now.up = up;
    const Response response = strategy->respond(now, laboratory, log);
    ASSERT_EQ(response.substitutions.size(), 1U);
    EXPECT_EQ(response.substitutions[0].incoming, id(4)) << "the only one that is up";
}

TEST_F(StrategyTest, MembersWithOutagesAreNoCandidates) {
    // 9 is a member that can't be reached.
    membership.members.push_back(id(9));
    laboratory.outages = {id(4), id(5), id(6), id(7), id(8)};
    options.selection_rounds = 10;
    choose("substitute");
    EXPECT_FALSE(respond({id(2)}).changes_composition());
}

TEST_F(StrategyTest, RealisedRewardIsLearntAndLogged) {
    options.reward = mlaasim::testing::chosen(reward_kinds(), "kind: realised, full_scale: 0.05");
    for (const char* kind : {"substitute", "tta_then_substitute"}) {
        choose(kind);
        laboratory.can_adapt = Adaptable::no;
        const auto before = saved().doubles.at("bandit");
        const Response response = respond({id(2)});
        ASSERT_EQ(response.substitutions.size(), 1U);
        EXPECT_EQ(saved().doubles.at("bandit"), before) << "not known yet";
        strategy->learn({.accuracy_before = 0.6, .accuracy_after = 0.62}, log);
        EXPECT_NE(saved().doubles.at("bandit"), before);
        std::size_t chosen = 0;
        for (const auto& arm : log.bandit()) {
            EXPECT_DOUBLE_EQ(arm.reward, arm.chosen == 1 ? 0.7 : 0.0);
            chosen += arm.chosen;
        }
        EXPECT_EQ(chosen, 1U);
        const auto learnt = saved().doubles.at("bandit");
        strategy->learn({.accuracy_before = 0.6, .accuracy_after = 0.9}, log);
        EXPECT_EQ(saved().doubles.at("bandit"), learnt) << "a reward is learnt once";
    }
}

TEST_F(StrategyTest, ConfidenceIsLearntAtOnceAndNotAgain) {
    choose("substitute");
    const auto before = saved().doubles.at("bandit");
    const Response response = respond({id(2)});
    const auto learnt = saved().doubles.at("bandit");
    EXPECT_NE(learnt, before);
    strategy->learn({.accuracy_before = 0.6, .accuracy_after = 0.62}, log);
    EXPECT_EQ(saved().doubles.at("bandit"), learnt);
    ASSERT_EQ(response.substitutions.size(), 1U);
    EXPECT_EQ(log.bandit().front().reward, response.substitutions[0].confidence);
}

TEST(StrategyKinds, SayWhatTheyDo) {
    EXPECT_EQ(sim::Chosen<StrategyOptions>{strategy_kinds()}.word(), "heal") << "the default";
    const auto of = [](const char* kind) {
        return mlaasim::testing::chosen(strategy_kinds(), std::string{"kind: "} + kind);
    };
    EXPECT_FALSE(of("none")->replaces_services() || of("none")->adapts_at_test_time());
    EXPECT_TRUE(of("substitute")->replaces_services() && !of("substitute")->adapts_at_test_time());
    EXPECT_TRUE(!of("tta")->replaces_services() && of("tta")->adapts_at_test_time());
    EXPECT_TRUE(of("tta_then_substitute")->replaces_services() && of("tta_then_substitute")->adapts_at_test_time());
    EXPECT_EQ(of("tta")->needs(), (sim::Needs{sim::Need::adaptation, sim::Need::unlabelled}));
    EXPECT_EQ(of("tta_then_substitute")->needs(), sim::Needs{sim::Need::trials}) << "what can't be adapted is replaced";
    for (const auto& kind : strategy_kinds()) {
        EXPECT_EQ(kind.make()->responds(), kind.word != "none") << kind.word;
    }
}

}  // namespace
}  // namespace mlaasim::composition
