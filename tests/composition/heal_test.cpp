// The strategy that acts on proof: what is made, and what is remembered.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "composition/healing_composition.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using testing::Ids;
using testing::MemoryArchive;

using HealTest = testing::HealingComposition;

TEST_F(HealTest, WithoutLabelsNothingIsDone) {
    labels = 0;
    gain_with = {id(4), id(5), id(6), id(7), id(8), id(9)};
    EXPECT_FALSE(play({id(1)}).response.changes_composition());
    EXPECT_TRUE(laboratory.calls.empty());
    EXPECT_TRUE(logged_nothing());
}

TEST_F(HealTest, WithoutHarmOrAChangeOfTheStreamsNothingIsTried) {
    changed = false;
    gain_with = {id(4), id(5), id(6), id(7), id(8), id(9)};
    EXPECT_FALSE(play({}).response.changes_composition());
    EXPECT_TRUE(laboratory.calls.empty());
    play({id(1)});
    EXPECT_EQ(tried().size(), 3U) << "harm is a reason by itself";
}

TEST_F(HealTest, AHandfulOfLabelsProvesNothing) {
    gain_with = {id(4), id(5), id(6)};
    gain_without = {id(1)};
    labels = fewest_labels_that_prove - 1;
    EXPECT_FALSE(play({id(1)}).response.changes_composition());
    EXPECT_TRUE(laboratory.calls.empty());
    labels = fewest_labels_that_prove;
    EXPECT_TRUE(play({id(1)}).response.changes_composition());
}

TEST_F(HealTest, LabelsOfOneClassProveNothing) {
    gain_with = {id(4), id(5), id(6)};
    gain_without = {id(1), id(2)};
    laboratory.only_class = 7;
    EXPECT_FALSE(play({id(1)}).response.changes_composition());
    EXPECT_TRUE(laboratory.calls.empty()) << "no candidate is trained for nothing";
    EXPECT_EQ(told(), (std::vector<Told>{{"one_class", 7, -1}}));
    changed = false;
    EXPECT_FALSE(play({}).response.changes_composition()) << "nor does anybody come back";
    EXPECT_EQ(told(), (std::vector<Told>{{"one_class", 7, -1}}));
    laboratory.only_class.reset();
    EXPECT_TRUE(play({id(1)}).response.changes_composition());
}

TEST_F(HealTest, ACandidateThatGainsIsIntegrated) {
    only_up({4});
    gain_with = {id(4)};
    const Adaptation adaptation = play({});
    EXPECT_EQ(adaptation.response.integrations, Ids{id(4)});
    EXPECT_EQ(membership.members, (Ids{id(0), id(1), id(2), id(3), id(4)}));
    EXPECT_EQ(membership.trained, membership.members);
    EXPECT_EQ(membership.available, membership.members);
    EXPECT_EQ(told(), (std::vector<Told>{{"integration", 4, -1}}));
    EXPECT_NEAR(log.events()[0].value, 0.01, 1e-9);
    EXPECT_NE(std::ranges::find(laboratory.calls, "compose 0 1 2 3 4"), laboratory.calls.end());
}

TEST_F(HealTest, GrowthIsBounded) {
    gain_with = {id(4), id(5), id(6), id(7), id(8), id(9)};
    play({});
    EXPECT_EQ(membership.members.size(), 5U);
    play({});
    EXPECT_EQ(membership.members.size(), 5U);
}

TEST_F(HealTest, AConvictedMemberLeavesAndACandidateThatGainsJoins) {
    only_up({5, 6});
    gain_with = {id(6)};
    gain_without = {id(1)};
    play({id(1)});
    EXPECT_EQ(membership.members, (Ids{id(0), id(2), id(3), id(6)}));
    EXPECT_EQ(told(), (std::vector<Told>{{"removal", 1, -1}, {"integration", 6, -1}}));
}

TEST_F(HealTest, WhoLeftComesBackInACalmRoundWhenItDoesNotHarmAnyMore) {
    only_up({1});
    gain_without = {id(1)};
    play({});
    EXPECT_EQ(membership.members, (Ids{id(0), id(2), id(3)}));
    changed = false;
    gain_without = {};
    gain_with = {id(1)};
    for (int resting = 0; resting < 2; ++resting) {
        EXPECT_FALSE(play({}).response.changes_composition());
        EXPECT_TRUE(laboratory.calls.empty());
    }
    const Adaptation adaptation = play({});
    EXPECT_EQ(tried(), Ids{id(1)});
    EXPECT_EQ(adaptation.response.integrations, Ids{id(1)});
    EXPECT_EQ(membership.members, (Ids{id(0), id(2), id(3), id(1)}));
    EXPECT_EQ(told(), (std::vector<Told>{{"integration", 1, -1}}));
    ASSERT_EQ(log.actions().size(), 1U);
    EXPECT_EQ(log.actions()[0].outcome.view(), "done: it left, and does not harm any more");
    EXPECT_EQ(log.actions()[0].committed, 1U);
    // Four gains of .01, give or take .001: their mean has an error of .001 / sqrt(3).
    EXPECT_NEAR(log.actions()[0].lower_bound, 0.01 - 1.6449 * 0.001 / std::sqrt(3.0), 1e-7);
    play({});
    EXPECT_TRUE(laboratory.calls.empty()) << "nobody is left who has left";
}

TEST_F(HealTest, WhoIsNotTakenBackRestsAgain) {
    only_up({1});
    gain_without = {id(1)};
    play({});
    changed = false;
    gain_without = {};
    play({});
    play({});
    EXPECT_FALSE(play({}).response.changes_composition());
    EXPECT_EQ(log.actions().at(0).outcome.view(), "not done: the composition is no better with it");
    play({});
    play({});
    EXPECT_TRUE(tried().empty());
    play({});
    EXPECT_EQ(tried(), Ids{id(1)});
}

TEST_F(HealTest, WithoutTrialsNobodyComesBack) {
    only_up({1});
    gain_without = {id(1)};
    play({});
    changed = false;
    gain_with = {id(1)};
    trials = 0;
    for (int calm = 0; calm < 4; ++calm) {
        EXPECT_FALSE(play({}).response.changes_composition());
        EXPECT_TRUE(laboratory.trials.empty());
    }
}

TEST_F(HealTest, InAFullCompositionACandidateTakesAPlace) {
    initial = 3;
    only_up({5, 6});
    gain_with = {id(6)};
    gain_without = {id(1)};
    play({id(1)});
    EXPECT_EQ(membership.members, (Ids{id(0), id(6), id(2), id(3)}));
    EXPECT_EQ(told(), (std::vector<Told>{{"substitution", 1, 6}}));
}

TEST_F(HealTest, ManyMembersLeaveAtOnceWhenItIsProven) {
    only_up({});
    gain_without = {id(0), id(1), id(3)};
    play({});
    EXPECT_EQ(membership.members, (Ids{id(2), id(3)})) << "fewest_members stay";
    choose("heal, fewest_members: 3");
    membership.members = membership.available = membership.trained = {id(0), id(1), id(2), id(3)};
    play({});
    EXPECT_EQ(membership.members, (Ids{id(1), id(2), id(3)}));
}

TEST_F(HealTest, ConvictedMembersLeaveOneARoundDownToTheFewest) {
    only_up({});
    play({id(2), id(1)});
    EXPECT_EQ(membership.members, (Ids{id(0), id(1), id(3)})) << "the worst, though the round's samples prove nothing";
    EXPECT_EQ(told(), (std::vector<Told>{{"removal", 2, -1}}));
    ASSERT_FALSE(log.actions().empty());
    EXPECT_EQ(log.actions().back().outcome.view(), "done: the harm test convicted it");
    EXPECT_EQ(log.actions().back().committed, 1U);
    EXPECT_EQ(log.actions().back().mean, 0.02);
    play({id(1)});
    EXPECT_EQ(membership.members, (Ids{id(0), id(3)}));
    EXPECT_FALSE(play({id(0)}).response.changes_composition());
    EXPECT_EQ(told(), (std::vector<Told>{{"collapse", -1, -1}}));
    EXPECT_EQ(log.actions().back().action.view(), "collapse");
}

TEST_F(HealTest, ACollapseNamesTheNearestOptionThatWouldHelp) {
    const auto message = [&] {
        EXPECT_EQ(log.events().back().kind.view(), "collapse");
        return std::string{log.actions().back().outcome.view()};
    };
    membership.members = membership.available = membership.trained = {id(0), id(3)};
    only_up({0, 3});
    play({id(0)});
    EXPECT_EQ(message(), "all services outside are down: raise availability.lowest");
    up.clear();
    play({id(0)});
    EXPECT_EQ(message(),
              "no candidate is proven to gain: raise adaptation.strategy.candidates above 3 or "
              "adaptation.evidence.labels above 200");
    for (std::uint32_t i = 4; i < market.size(); ++i) {
        laboratory.outages.insert(id(i));
    }
    play({id(0)});
    EXPECT_EQ(message(), "no candidate could be trained: their training diverged");
    laboratory.outages.clear();
    requirements.availability = offer_of(market, membership.members).availability;
    play({id(0)});
    EXPECT_EQ(message(), "a change breaks the clients' requirement of availability: loosen it")
        << "three are up less often than two";
    requirements = {};
    only_up({0, 3, 5});
    play({id(0)});
    EXPECT_EQ(
        message(),
        "no candidate is proven to gain, and nobody else may be tried now: raise adaptation.evidence.labels above "
        "200");
    up.clear();
    trials = 0;
    play({id(0)});
    EXPECT_EQ(message(), "nobody may be tried: raise adaptation.evidence.trials");
    choose("heal, fewest_members: 5");
    play({id(0)});
    EXPECT_EQ(
        message(),
        "nobody may be tried: raise adaptation.evidence.trials; lower adaptation.strategy.fewest_members below 4");
    play({id(3), id(0)});
    EXPECT_EQ(message(), "all members harm: raise assessment.tolerance above 0.02, the least mean harm");
    EXPECT_EQ(log.events().back().value, 2);
    assessment_tolerance = 0.02;
    play({id(3), id(0)});
    EXPECT_EQ(message(),
              "all members harm by the proof of earlier rounds, not all by this one's: raise "
              "assessment.false_alarm_rounds")
        << "a tolerance that is in force already would not help";
}

TEST_F(HealTest, AConvictedNewcomerIsRolledBackForItsPredecessorAndRests) {
    only_up({6});
    gain_with = {id(6)};
    play({});
    EXPECT_EQ(membership.members, (Ids{id(0), id(1), id(2), id(3), id(6)}));
    only_up({7});
    gain_with = {id(7)};
    gain_without = {id(6)};
    play({id(6)});
    EXPECT_EQ(told(), (std::vector<Told>{{"rollback", 6, 7}})) << "6 was a newcomer itself";
    EXPECT_EQ(membership.members, (Ids{id(0), id(1), id(2), id(3), id(7)}));
    only_up({6, 8});
    gain_with = {};
    gain_without = {id(7)};
    play({id(7)});
    EXPECT_FALSE(was_tried(id(6))) << "its predecessor rests, for it was convicted";
    EXPECT_TRUE(was_tried(id(8)));
    EXPECT_EQ(told(), (std::vector<Told>{{"rollback", 7, -1}}));
    only_up({6, 7, 8});
    play({});
    EXPECT_FALSE(was_tried(id(6)) || was_tried(id(7)));
    play({});
    EXPECT_FALSE(was_tried(id(7)));
    EXPECT_TRUE(was_tried(id(6))) << "two rounds of rest are over";
}

TEST_F(HealTest, MakesNoChangeThatBreaksWhatClientsRequire) {
    choose("heal, candidates: 2");
    only_up({5, 6});
    gain_with = {id(6)};
    const double slowest = offer_of(market, membership.members).latency_ms;
    market.set_response_ms(id(6), 2.0 * slowest + 1.0);
    requirements.latency_ms = slowest;
    play({});
    EXPECT_EQ(told(), std::vector<Told>{});
    const auto row = std::ranges::find(log.actions(), 6, &sim::ActionRecord::incoming);
    ASSERT_NE(row, log.actions().end());
    EXPECT_EQ(row->outcome.view(), "not done: it breaks the clients' requirement of latency");
    EXPECT_GT(row->mean, 0.0);

    requirements.latency_ms = 0;
    play({});
    EXPECT_EQ(told(), (std::vector<Told>{{"integration", 6, -1}}));
}

TEST_F(HealTest, GoesOnWithTheSameBitsAfterAStop) {
    const auto rounds = [&](std::uint32_t first, std::uint32_t last) {
        for (std::uint32_t r = first; r <= last; ++r) {
            gain_with = {id(4 + r % 6)};
            const sim::ServiceId worst = membership.trained[r % membership.trained.size()];
            gain_without = {worst};
            play({worst});
        }
    };
    const auto options_text = "heal, candidates: 3, rest: 2, growth: 1";
    const Marketplace advertised = market;
    rounds(1, 4);
    MemoryArchive archive = saved();
    const Membership then = membership;
    const sim::Round stopped = round;
    rounds(5, 8);
    const MemoryArchive undisturbed = saved();
    const Ids members = membership.members;
    ASSERT_FALSE(undisturbed.ints.at("heal/newcomers").empty());
    ASSERT_FALSE(undisturbed.ints.at("heal/gone").empty());

    choose(options_text);
    market = advertised;
    archive.load();
    strategy->archive(archive);
    market.archive(archive);
    membership = then;
    round = stopped;
    rounds(5, 8);
    const MemoryArchive resumed = saved();
    EXPECT_EQ(resumed.ints, undisturbed.ints);
    EXPECT_EQ(resumed.doubles.at("bandit"), undisturbed.doubles.at("bandit"));
    EXPECT_EQ(membership.members, members);
}

TEST_F(HealTest, DamagedStateIsNamed) {
    for (const char* array : {"heal/predecessors", "heal/back"}) {
        MemoryArchive archive = saved();
        archive.ints[array].push_back(1);
        archive.load();
        EXPECT_THROW(strategy->archive(archive), sim::InputError) << array;
    }
}

}  // namespace
}  // namespace mlaasim::composition
