// Choosing a composition anew, and the strategy that does so.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "composition/adapting_composition.hpp"
#include "composition/greedy_choice.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using testing::Ids;

/// A composition is worth the sum of its members, less what each further one costs.
class RecomposeTest : public testing::AdaptingComposition {
protected:
    RecomposeTest() {
        laboratory.gains_of = [&](const Ids& members, const Change& change) {
            Ids after = changed(members, change);
            return std::vector<double>(4, value_of(after) - value_of(members));
        };
        laboratory.loss_of = [&](const Ids& members) { return 1.0 - 2.0 * value_of(members); };
    }

    [[nodiscard]] double value_of(const Ids& services) const {
        double value = -0.001 * static_cast<double>(services.size());
        for (const sim::ServiceId service : services) {
            const auto found = worth.find(service.value());
            value += found == worth.end() ? 0.0 : found->second;
        }
        return value;
    }

    Adaptation play() {
        choose("recompose", settings);
        laboratory.calls.clear();
        laboratory.trials.clear();
        log = RoundLog{round};
        Situation now = situation();
        now.initial_members = 4;
        now.evidence.trials = trials;
        now.alarm = alarm;
        now.requirements = requirements;
        return carry_out_response(*strategy, now, market, laboratory, log);
    }

    std::map<std::uint32_t, double> worth;
    std::string settings{};
    std::int64_t trials = 100;
    bool alarm = true;
    Requirements requirements{};
};

TEST_F(RecomposeTest, GreedyBeginsWithTheBestAndEndsWhenNobodyAdds) {
    worth = {{2, 0.03}, {7, 0.02}, {9, 0.05}, {4, 0.0005}};
    EXPECT_EQ(greedy_choice({id(7), id(2), id(4), id(9), id(1)}, 1, 10, laboratory), (Ids{id(9), id(2), id(7)}));
    EXPECT_EQ(greedy_choice({id(7), id(2), id(4), id(9), id(1)}, 1, 2, laboratory), (Ids{id(9), id(2)}));
    EXPECT_EQ(greedy_choice({id(7)}, 2, 3, laboratory), Ids{id(7)});
}

TEST_F(RecomposeTest, LabelsOfOneClassChooseNothing) {
    worth = {{2, 0.03}, {7, 0.02}, {9, 0.05}};
    laboratory.only_class = 3;
    EXPECT_FALSE(play().response.changes_composition());
    EXPECT_TRUE(laboratory.calls.empty());
    ASSERT_EQ(log.events().size(), 1U);
    EXPECT_EQ(log.events().front().kind.view(), "one_class");
    EXPECT_EQ(log.events().front().id, 3);
    laboratory.only_class.reset();
    EXPECT_TRUE(play().response.changes_composition());
}

TEST_F(RecomposeTest, TiesGoToSmallerIds) {
    EXPECT_EQ(greedy_choice({id(5), id(3), id(8)}, 1, 3, laboratory), Ids{id(3)});
    worth = {{5, 0.01}, {8, 0.01}};
    EXPECT_EQ(greedy_choice({id(8), id(3), id(5)}, 1, 3, laboratory), (Ids{id(5), id(8)}));
}

TEST_F(RecomposeTest, AtLeastTwoAreTakenThoughOneWouldDo) {
    worth = {{5, 0.03}};
    EXPECT_EQ(greedy_choice({id(3), id(4), id(5)}, 2, 3, laboratory), (Ids{id(5), id(3)}));
    EXPECT_EQ(play().membership.members.size(), 2U);
}

TEST_F(RecomposeTest, TakesTheBestOfMembersAndAllOthers) {
    worth = {{0, 0.01}, {2, 0.02}, {5, 0.03}, {8, 0.02}, {9, 0.005}};
    const Adaptation adaptation = play();
    Ids members = adaptation.membership.members;
    std::ranges::sort(members);
    EXPECT_EQ(members, (Ids{id(0), id(2), id(5), id(8)})) << "as many as at the start";
    ASSERT_EQ(laboratory.trials.size(), 1U);
    EXPECT_EQ(laboratory.trials[0].size(), 6U) << "all that are no members";
    EXPECT_EQ(adaptation.response.trials.size(), 6U);
    EXPECT_TRUE(adaptation.response.trials[0].parameters.empty());
}

TEST_F(RecomposeTest, MayLeavePlacesEmpty) {
    worth = {{1, 0.01}, {6, 0.02}};
    const Adaptation adaptation = play();
    Ids members = adaptation.membership.members;
    std::ranges::sort(members);
    EXPECT_EQ(members, (Ids{id(1), id(6)}));
    EXPECT_EQ(adaptation.response.removals.size(), 2U);
}

TEST_F(RecomposeTest, WithoutAnAlarmOrWhatItNeedsNothingIsTried) {
    worth = {{6, 0.02}};
    alarm = false;
    EXPECT_FALSE(play().response.changes_composition());
    EXPECT_TRUE(laboratory.calls.empty());
    alarm = true;
    trials = 3;
    static_cast<void>(play());
    EXPECT_EQ(laboratory.trials.at(0).size(), 3U);
}

TEST_F(RecomposeTest, DoesNothingThatBreaksWhatClientsRequire) {
    worth = {{0, 0.01}, {6, 0.02}};
    const double slowest = offer_of(market, membership.members).latency_ms;
    market.set_response_ms(id(6), 2.0 * slowest + 1.0);
    requirements.latency_ms = slowest;
    EXPECT_FALSE(play().response.changes_composition());
    ASSERT_EQ(log.events().size(), 1U);
    EXPECT_EQ(log.events()[0].kind.view(), "refusal");
    EXPECT_EQ(log.events()[0].subject.view(), "composition");
    EXPECT_NEAR(log.events()[0].value, 0.022, 1e-9);
    ASSERT_FALSE(log.actions().empty());
    EXPECT_EQ(log.actions()[0].outcome.view(), "not done: it breaks the clients' requirement of latency");
    EXPECT_EQ(log.actions()[0].committed, 0U);
    requirements.latency_ms = 0;
    EXPECT_TRUE(play().response.changes_composition());
}

TEST_F(RecomposeTest, TellsWhatAllItsChangesAreWorthTogether) {
    worth = {{1, 0.01}, {6, 0.02}};
    static_cast<void>(play());
    ASSERT_EQ(log.events().size(), 3U) << "6 for 0, without 2 and 3";
    for (const sim::EventRecord& event : log.events()) {
        EXPECT_NEAR(event.value, 0.022, 1e-9) << "a better member and two places less";
    }
    ASSERT_EQ(log.actions().size(), 3U);
    EXPECT_EQ(log.actions()[0].outcome.view(), "done: the composition was chosen anew");
    EXPECT_EQ(log.actions()[0].committed, 1U);
    EXPECT_NEAR(log.actions()[0].mean, 0.022, 1e-9);
    EXPECT_EQ(log.actions()[0].samples, 2);
}

/// A composition that has trained from scratch for n rounds is worth what one of services that train warm is worth less
/// `behind`, and 0.1 less in its first round.
class RecomposeFromScratch : public RecomposeTest {
protected:
    RecomposeFromScratch() {
        settings = ", start: scratch";
        laboratory.loss_of = [&](const Ids& members) {
            const std::size_t rounds = laboratory.trials.size();
            const double late = rounds == 0 ? 0.0 : behind + (rounds == 1 ? 0.1 : 0.0);
            return 1.0 - 2.0 * (value_of(members) - late);
        };
    }

    [[nodiscard]] std::vector<std::string> trainings() const {
        std::vector<std::string> found;
        for (const std::string& call : laboratory.calls) {
            if (call.starts_with("train")) {
                found.push_back(call.substr(0, call.find(':')));
            }
        }
        return found;
    }

    double behind = 0.0;
};

TEST_F(RecomposeFromScratch, AllTrainTogetherUntilNothingIsGained) {
    worth = {{0, 0.01}, {2, 0.02}, {5, 0.03}, {8, 0.02}, {9, 0.005}};
    const Adaptation adaptation = play();
    Ids members = adaptation.membership.members;
    std::ranges::sort(members);
    EXPECT_EQ(members, (Ids{id(0), id(2), id(5), id(8)}));
    const std::vector<std::string> trained = trainings();
    ASSERT_EQ(trained.size(), 4U) << "two to get there, two that gain nothing";
    EXPECT_EQ(trained[0], "train_from the initial model, 1");
    EXPECT_TRUE(trained[1].starts_with("train_from model ")) << trained[1];
    EXPECT_TRUE(trained[1].ends_with(", 2")) << trained[1];
    EXPECT_EQ(laboratory.trials[3].size(), 10U) << "members, too";
    EXPECT_EQ(adaptation.response.trials.size(), 10U);
}

TEST_F(RecomposeFromScratch, NeitherRoundsNorTrialsAreExceeded) {
    worth = {{5, 0.03}};
    settings = ", start: scratch, most_rounds: 3";
    static_cast<void>(play());
    EXPECT_EQ(laboratory.trials.size(), 3U);
    trials = 29;
    static_cast<void>(play());
    EXPECT_EQ(laboratory.trials.size(), 2U) << "of 10 services each";
    trials = 9;
    EXPECT_FALSE(play().response.changes_composition());
    EXPECT_TRUE(laboratory.trials.empty());
}

TEST_F(RecomposeFromScratch, SameMembersServeAsTheyHaveTrainedAnew) {
    worth = {{0, 0.03}, {1, 0.03}, {2, 0.03}, {3, 0.03}};
    behind = -0.05;
    const Adaptation adaptation = play();
    EXPECT_TRUE(adaptation.response.changes_composition());
    EXPECT_TRUE(adaptation.response.trained_anew);
    EXPECT_TRUE(log.actions().empty());
    EXPECT_TRUE(laboratory.calls.back().starts_with("serve")) << laboratory.calls.back();
}

TEST_F(RecomposeFromScratch, WhatIsNoBetterIsNotTaken) {
    worth = {{0, 0.01}, {5, 0.03}};
    behind = 0.2;
    EXPECT_FALSE(play().response.changes_composition());
    ASSERT_FALSE(log.actions().empty());
    EXPECT_EQ(log.actions()[0].outcome.view(), "not done: the composition from scratch is no better");
    EXPECT_EQ(log.actions()[0].committed, 0U);
}

TEST_F(RecomposeFromScratch, ServicesThatCannotTrainEndIt) {
    worth = {{5, 0.03}};
    for (std::uint32_t service = 0; service < 9; ++service) {
        laboratory.outages.insert(id(service));
    }
    EXPECT_FALSE(play().response.changes_composition());
    EXPECT_EQ(laboratory.trials.size(), 1U);
}

}  // namespace
}  // namespace mlaasim::composition
