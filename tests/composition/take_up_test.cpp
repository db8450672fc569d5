// Which changes are proposed, on which samples, and when they are made.
#include "composition/healing/take_up.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "composition/fake_laboratory.hpp"
#include "composition/test_market.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using Ids = std::vector<sim::ServiceId>;

/// Samples 0, 2, 4, 6 choose, 1, 3, 5, 7 prove.
class TakeUpTest : public ::testing::Test {
protected:
    TakeUpTest() {
        laboratory.gains_of = [&](const Ids& members, const Change& change) {
            const double choosing = mean_of(members, change);
            const double proving = proof_of ? proof_of(members, change) : choosing;
            std::vector<double> gains;
            for (const double noise : {-0.0001, 0.0001, 0.0001, -0.0001}) {
                gains.push_back(choosing + noise);
                gains.push_back(proving + noise);
            }
            return gains;
        };
    }

    TakeUpOutcome run() {
        log = RoundLog{sim::Round{4}};
        laboratory.calls.clear();
        laboratory.compared.clear();
        return take_up(request, tests, laboratory, log);
    }

    [[nodiscard]] static std::vector<Change> changes(const TakeUpOutcome& outcome) {
        std::vector<Change> made;
        for (const TakeUpOutcome::Made& one : outcome.changes) {
            made.push_back(one.change);
        }
        return made;
    }

    testing::FakeLaboratory laboratory;
    using Mean = std::function<double(const Ids& members, const Change& change)>;
    /// The mean gain of a change of these members; nothing unless a test says otherwise.
    Mean mean_of = [](const Ids&, const Change&) { return 0.0; };
    Mean proof_of{};  ///< the same on the samples that prove, where it differs
    TakeUpRequest request{.trained = {id(0), id(1), id(2), id(3)},
                          .members = 4,
                          .fewest = 2,
                          .most = 6,
                          .most_changes = 9,
                          .candidates = {id(9), id(8)}};
    TakeUpTests tests{};
    RoundLog log{sim::Round{4}};
};

TEST_F(TakeUpTest, EveryChangeIsComparedAndWithoutGainNothingIsProposed) {
    const TakeUpOutcome outcome = run();
    EXPECT_TRUE(outcome.changes.empty());
    ASSERT_EQ(laboratory.compared.size(), 2U);
    EXPECT_EQ(laboratory.compared[0], (std::vector<Change>{{.joins = id(8)}, {.joins = id(9)}}));
    EXPECT_EQ(laboratory.calls[1], "changed_losses of model 0: 0 1 2 3")
        << "what they are worth is told of all samples";
    EXPECT_EQ(laboratory.compared[1],
              (std::vector<Change>{{.leaves = id(0)}, {.leaves = id(1)}, {.leaves = id(2)}, {.leaves = id(3)}}));
    EXPECT_EQ(laboratory.calls[2], "changed_losses of model 0 on every other sample: 0 1 2 3");
    ASSERT_EQ(log.actions().size(), 6U);
    EXPECT_EQ(log.actions()[3].action.view(), "removal");
    EXPECT_EQ(log.actions()[3].outgoing, 1);
    EXPECT_EQ(log.actions()[3].actions, 6U);
    EXPECT_EQ(log.actions()[3].samples, 4);
    EXPECT_EQ(log.actions()[3].committed, 0U);
    EXPECT_EQ(log.actions()[3].outcome.view(), "not done: it was not proposed");
    EXPECT_TRUE(std::isnan(log.actions()[3].lower_bound));
    EXPECT_TRUE(log.events().empty()) << "the strategy tells what it makes of it";
}

TEST_F(TakeUpTest, EachChangeIsComparedWithWhatTheOnesBeforeItLeave) {
    // 8 and 9 are worth the same, but not both: each makes the other redundant.
    mean_of = [](const Ids& members, const Change& change) {
        const bool one_is_in = std::ranges::find(members, id(8)) != members.end();
        return change.joins.valid() && !one_is_in                 ? 0.02
               : change.leaves == id(1) || change.leaves == id(3) ? 0.01
                                                                  : 0.0;
    };
    const TakeUpOutcome outcome = run();
    EXPECT_EQ(changes(outcome), (std::vector<Change>{{.joins = id(8)}, {.leaves = id(1)}, {.leaves = id(3)}}))
        << "ties: the smaller id";
    EXPECT_EQ(laboratory.calls[3], "changed_losses of model 0: 0 1 2 3") << "who is chosen is proven on the others";
    EXPECT_EQ(laboratory.compared[2], std::vector<Change>{{.joins = id(8)}});
    EXPECT_EQ(laboratory.calls[4], "compose 0 1 2 3 8");
    EXPECT_EQ(laboratory.calls[5], "changed_losses of model 1 on every other sample: 0 1 2 3 8");
    EXPECT_EQ(laboratory.compared[3], std::vector<Change>{{.joins = id(9)}});
    EXPECT_EQ(laboratory.calls[8], "compose 0 2 3 8");
    EXPECT_EQ(laboratory.compared.size(), 11U) << "the last of four steps finds nothing more";
    EXPECT_NEAR(outcome.gains.at(id(9)), 0.02, 1e-12) << "by itself, before any change";
    EXPECT_NEAR(outcome.changes[1].gain, 0.01, 1e-12);
    EXPECT_EQ(log.actions()[0].committed, 1U);
    EXPECT_GT(log.actions()[0].lower_bound, 0.03) << "of all three together";
    EXPECT_LT(log.actions()[0].lower_bound, 0.04) << "less a margin for each";
    EXPECT_EQ(log.actions().back().step, 4U);
}

TEST_F(TakeUpTest, WhatChoseDoesNotProve) {
    mean_of = [](const Ids&, const Change& change) { return change.leaves == id(1) ? 0.02 : 0.0; };
    proof_of = [](const Ids&, const Change&) { return 0.0; };
    EXPECT_TRUE(run().changes.empty());
    const auto row = std::ranges::find(log.actions(), 1, &sim::ActionRecord::outgoing);
    EXPECT_EQ(row->outcome.view(), "not done: no gain is proven");
    EXPECT_LT(row->lower_bound, 0.0);
    EXPECT_EQ(row->committed, 0U);
}

TEST_F(TakeUpTest, AChangeThatOnlyProvesIsNotProposed) {
    proof_of = [](const Ids&, const Change&) { return 0.02; };
    EXPECT_TRUE(run().changes.empty());
}

TEST_F(TakeUpTest, TheChainIsMadeAsAWholeOrNotAtAll) {
    mean_of = [](const Ids&, const Change& change) {
        return change.leaves == id(1) ? 0.02 : change.leaves == id(2) ? 0.01 : 0.0;
    };
    proof_of = [](const Ids&, const Change& change) { return change.leaves == id(1) ? 0.02 : -0.03; };
    EXPECT_TRUE(run().changes.empty()) << "the second takes more than the first gives";
    proof_of = [](const Ids&, const Change& change) { return change.leaves == id(1) ? 0.02 : -0.003; };
    EXPECT_EQ(changes(run()), (std::vector<Change>{{.leaves = id(1)}, {.leaves = id(2)}}));
}

TEST_F(TakeUpTest, EachChangeHasItsPrice) {
    mean_of = [](const Ids&, const Change& change) {
        return change.leaves == id(1) || change.leaves == id(2) ? 0.004 : 0.0;
    };
    proof_of = [](const Ids&, const Change&) { return 0.002; };
    tests.proof.margin = 0.0015;
    EXPECT_EQ(run().changes.size(), 2U) << "twice .002 is more than twice .0015";
    tests.proof.margin = 0.0025;
    EXPECT_TRUE(run().changes.empty());
    tests.choice.margin = 0.005;
    EXPECT_TRUE(run().changes.empty());
    EXPECT_EQ(laboratory.compared.size(), 2U) << "not even proposed";
}

TEST_F(TakeUpTest, WhoMayNotJoinBesideTheMembersIsComparedInThePlaceOfTheOneMissedLeast) {
    request.most = 4;
    mean_of = [](const Ids&, const Change& change) {
        if (!change.joins.valid()) {
            return change.leaves == id(2) ? -0.001 : -0.01;
        }
        return change.joins == id(9) ? 0.02 : 0.0;
    };
    const TakeUpOutcome outcome = run();
    EXPECT_EQ(changes(outcome), (std::vector<Change>{{.leaves = id(2), .joins = id(9)}}));
    EXPECT_EQ(laboratory.compared[2],
              (std::vector<Change>{{.leaves = id(2), .joins = id(8)}, {.leaves = id(2), .joins = id(9)}}));
    EXPECT_EQ(log.actions()[0].outcome.view(), "not done: the composition may not grow further");
    EXPECT_EQ(log.actions()[0].actions, 8U);
    EXPECT_NEAR(outcome.gains.at(id(9)), 0.02, 1e-12) << "what it would be worth beside them is known";
}

TEST_F(TakeUpTest, NobodyLeavesBelowTheFewestWithoutASubstitute) {
    request.candidates = {};
    mean_of = [](const Ids&, const Change& change) { return 0.01 * static_cast<double>(4 - change.leaves.value()); };
    EXPECT_EQ(changes(run()), (std::vector<Change>{{.leaves = id(0)}, {.leaves = id(1)}}));
    EXPECT_EQ(log.actions().back().outcome.view(), "not done: too few members would stay");
}

TEST_F(TakeUpTest, NoMoreChangesThanAllowed) {
    request.most_changes = 1;
    mean_of = [](const Ids&, const Change& change) { return change.leaves == id(2) ? 0.03 : 0.02; };
    EXPECT_EQ(changes(run()), std::vector<Change>{{.leaves = id(2)}});
    EXPECT_EQ(laboratory.compared.size(), 3U) << "one step, and what proves its change";
}

TEST_F(TakeUpTest, NothingToCompareAsksNothing) {
    request.candidates = {};
    request.trained = {id(0)};
    request.members = 1;
    EXPECT_TRUE(run().changes.empty());
    EXPECT_TRUE(laboratory.calls.empty());
}

}  // namespace
}  // namespace mlaasim::composition
