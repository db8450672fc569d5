// Which changes are made, in which order, and what they are compared with.
#include "composition/healing/take_up.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "composition/fake_laboratory.hpp"
#include "composition/test_market.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using Ids = std::vector<sim::ServiceId>;

class TakeUpTest : public ::testing::Test {
protected:
    TakeUpTest() {
        laboratory.gains_of = [&](const Ids& members, const Change& change) {
            const double mean = mean_of(members, change);
            return std::vector<double>{mean - 0.001, mean + 0.001, mean, mean};
        };
    }

    TakeUpOutcome run() { return take_up(request, {}, laboratory, log); }

    [[nodiscard]] static std::vector<Change> changes(const TakeUpOutcome& outcome) {
        std::vector<Change> made;
        for (const ProvenChange& proven : outcome.changes) {
            made.push_back(proven.change);
        }
        return made;
    }

    testing::FakeLaboratory laboratory;
    /// The mean gain of a change of these members; nothing unless a test says otherwise.
    std::function<double(const Ids& members, const Change& change)> mean_of = [](const Ids&, const Change&) {
        return 0.0;
    };
    TakeUpRequest request{.trained = {id(0), id(1), id(2), id(3)},
                          .members = 4,
                          .fewest = 2,
                          .most = 6,
                          .suspects = {id(1)},
                          .candidates = {id(9), id(8)}};
    RoundLog log{sim::Round{4}};
};

TEST_F(TakeUpTest, EveryActionIsComparedAndWithoutProofNothingIsDone) {
    const TakeUpOutcome outcome = run();
    EXPECT_TRUE(outcome.changes.empty());
    ASSERT_EQ(laboratory.compared.size(), 1U);
    EXPECT_EQ(laboratory.compared[0], (std::vector<Change>{{.joins = id(8)},
                                                           {.joins = id(9)},
                                                           {.leaves = id(1), .joins = id(8)},
                                                           {.leaves = id(1), .joins = id(9)},
                                                           {.leaves = id(1)}}));
    ASSERT_EQ(log.actions().size(), 5U);
    EXPECT_EQ(log.actions()[3].action.view(), "substitution");
    EXPECT_EQ(log.actions()[3].outgoing, 1);
    EXPECT_EQ(log.actions()[3].incoming, 9);
    EXPECT_EQ(log.actions()[3].actions, 5U);
    EXPECT_EQ(log.actions()[3].samples, 4);
    EXPECT_EQ(log.actions()[3].committed, 0U);
    EXPECT_EQ(log.actions()[3].outcome.view(), "not done: no gain is proven");
    EXPECT_TRUE(log.events().empty()) << "the strategy tells what it makes of it";
}

TEST_F(TakeUpTest, TheBestIsMadeAndTheRestIsComparedAnew) {
    // 8 and 9 are worth the same, but not both: each makes the other redundant.
    mean_of = [](const Ids& members, const Change& change) {
        const bool one_is_in = std::ranges::find(members, id(8)) != members.end();
        return change.joins.valid() && !one_is_in ? 0.02 : change == Change{.leaves = id(1)} ? 0.01 : 0.0;
    };
    const TakeUpOutcome outcome = run();
    EXPECT_EQ(changes(outcome), (std::vector<Change>{{.joins = id(8)}, {.leaves = id(1)}})) << "ties: the smaller id";
    ASSERT_EQ(laboratory.compared.size(), 3U);
    EXPECT_EQ(laboratory.compared[1],
              (std::vector<Change>{{.joins = id(9)}, {.leaves = id(1), .joins = id(9)}, {.leaves = id(1)}}));
    EXPECT_EQ(laboratory.compared[2], std::vector<Change>{{.joins = id(9)}});
    EXPECT_EQ(laboratory.calls[2], "compose 0 1 2 3 8");
    EXPECT_EQ(laboratory.calls[3], "changed_losses of model 1: 0 1 2 3 8");
    EXPECT_EQ(laboratory.calls[4], "compose 0 2 3 8");
    EXPECT_EQ(outcome.gains.at(id(9)), 0.02) << "by itself, before any change";
    EXPECT_EQ(log.actions()[0].committed, 1U);
    EXPECT_EQ(log.actions()[1].outcome.view(), "not done: another one was proven to gain more");
}

TEST_F(TakeUpTest, ASubstituteTakesThePlace) {
    mean_of = [](const Ids&, const Change& change) {
        return change.leaves == id(1) && change.joins == id(9) ? 0.02 : 0.0;
    };
    EXPECT_EQ(changes(run()), (std::vector<Change>{{.leaves = id(1), .joins = id(9)}}));
    EXPECT_EQ(laboratory.calls[2], "compose 0 9 2 3");
    EXPECT_EQ(laboratory.compared[1], std::vector<Change>{{.joins = id(8)}});
}

TEST_F(TakeUpTest, NobodyJoinsBeyondTheMostMembers) {
    request.most = 4;
    mean_of = [](const Ids&, const Change& change) {
        return change.joins.valid() && !change.leaves.valid() ? 0.02 : 0.0;
    };
    const TakeUpOutcome outcome = run();
    EXPECT_TRUE(outcome.changes.empty());
    EXPECT_EQ(outcome.gains.at(id(8)), 0.02) << "what it would be worth is known";
    EXPECT_EQ(log.actions()[0].outcome.view(), "not done: the composition may not grow further");
    EXPECT_EQ(log.actions()[0].actions, 3U) << "what may not be done does not count as a comparison";
}

TEST_F(TakeUpTest, OneMemberLeavesWithoutASubstituteAtMostAndNotBelowTheFewest) {
    request.candidates = {};
    request.suspects = {id(2), id(1)};
    mean_of = [](const Ids&, const Change& change) { return change.leaves == id(2) ? 0.03 : 0.02; };
    EXPECT_EQ(changes(run()), std::vector<Change>{{.leaves = id(2)}});
    request.fewest = 4;
    EXPECT_TRUE(run().changes.empty());
}

TEST_F(TakeUpTest, NothingToCompareAsksNothing) {
    request.candidates = {};
    request.suspects = {};
    EXPECT_TRUE(run().changes.empty());
    EXPECT_TRUE(laboratory.calls.empty());
}

}  // namespace
}  // namespace mlaasim::composition
