#include "composition/substitution.hpp"

#include <gtest/gtest.h>

#include <set>

#include "composition/bandit_problem.hpp"
#include "composition/fake_laboratory.hpp"
#include "composition/test_market.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using testing::make_market;
using Ids = std::vector<sim::ServiceId>;

/// Services 0-3 are members, 1 and 0 underperform (1 worse); 4-9 are candidates, the higher the id the more reliable
/// and fast. From 7 on all rules hold; 4-6 fail SRU, and 4 fails SM, HQU and SRU: below the cut.
class SubstitutionTest : public ::testing::Test {
protected:
    SubstitutionTest() {
        layout.add("w", 0, sim::ParameterKind::weight, {2});
        laboratory.parameters.assign(layout.size(), 0.0F);
        laboratory.parameters[0] = 1.0F;
    }

    SubstitutionOutcome run() {
        log = RoundLog{sim::Round{4}};
        const SubstitutionRequest request{.underperforming = underperforming,
                                          .members = members,
                                          .trials = trials,
                                          .composition = {.parameters = laboratory.parameters,
                                                          .layout = &layout,
                                                          .class_histogram = histogram,
                                                          .response_ms = 20,
                                                          .quality = 0.9}};
        return substitute(market, request, laboratory, *policy, options, {sim::Seed{1}, sim::Purpose::bandit, 0, 4},
                          log);
    }

    Marketplace market = make_market(10, [](Service& s) {
        const std::uint32_t i = s.id.value();
        if (i >= 4) {
            s.effectiveness = 0.9;
            s.quality = i == 4 ? 0.6 : 0.9;
            s.response_ms = i == 4 ? 100 : 30 - 2.0 * i;
            s.reliability = 0.1 * i + 0.1;
        }
    });
    Ids underperforming{id(1), id(0)};
    Ids members{id(0), id(1), id(2), id(3)};
    std::int64_t trials = 100;
    std::vector<double> histogram{100, 100};
    sim::ParameterLayout layout;
    testing::FakeLaboratory laboratory;
    RoundLog log{sim::Round{4}};
    SubstitutionOptions options;
    std::unique_ptr<Policy> policy = testing::make_policy("linucb, forgetting: 1");
};

TEST_F(SubstitutionTest, WorstServiceGetsTheBestCandidate) {
    const auto outcome = run();
    ASSERT_EQ(outcome.substitutions.size(), 2U);
    EXPECT_EQ(outcome.substitutions[0].outgoing, id(1));
    EXPECT_EQ(outcome.substitutions[1].outgoing, id(0));
    EXPECT_GE(outcome.substitutions[0].confidence, outcome.substitutions[1].confidence);
    EXPECT_NE(outcome.substitutions[0].incoming, outcome.substitutions[1].incoming);
    for (const auto& s : outcome.substitutions) {
        EXPECT_GE(s.incoming, id(4));
        EXPECT_GE(s.confidence, options.confidence.cut);
    }
}

TEST_F(SubstitutionTest, BestCandidateWhateverItsIdOrRound) {
    // 5 fails SRU (confidence .8), 9 fails nothing.
    options.selection_rounds = 10;
    laboratory.outages = {id(4), id(6), id(7), id(8)};
    const auto outcome = run();
    ASSERT_EQ(outcome.substitutions.size(), 2U);
    EXPECT_EQ(outcome.substitutions[0].incoming, id(9));
    EXPECT_DOUBLE_EQ(outcome.substitutions[0].confidence, 1);
    EXPECT_EQ(outcome.substitutions[1].incoming, id(5));
    EXPECT_DOUBLE_EQ(outcome.substitutions[1].confidence, 0.8);
}

TEST_F(SubstitutionTest, NobodyUnderperforms) {
    underperforming.clear();
    const auto outcome = run();
    EXPECT_TRUE(outcome.substitutions.empty() && log.candidates().empty() && laboratory.trials.empty());
}

TEST_F(SubstitutionTest, NoCandidatesNoTrials) {
    market = make_market(10, [](Service&) {});
    const auto outcome = run();
    EXPECT_TRUE(outcome.substitutions.empty() && log.bandit().empty() && laboratory.trials.empty());
    EXPECT_EQ(log.candidates().size(), 10U);
}

TEST_F(SubstitutionTest, NoMoreTrialsThanAreGranted) {
    options.selection_rounds = 10;
    laboratory.outages = {id(4), id(5), id(6), id(7), id(8)};
    for (const char* selection : {"until_replaced", "literal"}) {
        options.selection =
            std::string_view{selection} == "literal" ? SelectionForm::literal : SelectionForm::until_replaced;
        for (const std::size_t granted : {0U, 1U, 3U}) {
            trials = static_cast<std::int64_t>(granted);
            laboratory.trials.clear();
            std::size_t spent = run().trials.size();
            EXPECT_LE(spent, granted) << selection;
            EXPECT_TRUE(spent == granted || options.selection == SelectionForm::literal) << "it may choose one twice";
            for (const Ids& call : laboratory.trials) {
                spent -= call.size();
            }
            EXPECT_EQ(spent, 0U) << selection;
        }
    }
}

TEST_F(SubstitutionTest, LaterRoundsTryOnlyNewCandidatesForWhatRemains) {
    // Everybody but 5 and 6 is out, so it takes rounds to find them.
    options.selection_rounds = 10;
    laboratory.outages = {id(4), id(7), id(8), id(9)};
    const auto outcome = run();
    std::set<sim::ServiceId> tried;
    std::size_t wanted = 2;
    for (const Ids& call : laboratory.trials) {
        EXPECT_LE(call.size(), wanted);
        for (const sim::ServiceId service : call) {
            EXPECT_TRUE(tried.insert(service).second) << "tried twice";
            wanted -= service == id(5) || service == id(6) ? 1 : 0;
        }
    }
    ASSERT_EQ(outcome.substitutions.size(), 2U);
    EXPECT_EQ(outcome.trials.size(), tried.size());
    EXPECT_EQ(log.rules().size(), 2U) << "services that were not trained have no rules";
}

TEST_F(SubstitutionTest, RoundsAreLimited) {
    options.selection_rounds = 1;
    laboratory.outages = {id(4), id(5), id(6), id(7), id(8), id(9)};
    EXPECT_TRUE(run().substitutions.empty());
    EXPECT_EQ(laboratory.trials.size(), 1U);
}

TEST_F(SubstitutionTest, CandidatesBelowTheCutAreNotTaken) {
    // Only 4 is left: DUM and MUM hold, SM, HQU and SRU do not.
    laboratory.outages = {id(5), id(6), id(7), id(8), id(9)};
    options.selection_rounds = 10;
    const auto outcome = run();
    EXPECT_TRUE(outcome.substitutions.empty());
    ASSERT_EQ(log.rules().size(), 1U);
    EXPECT_EQ(log.rules()[0].service, 4U);
    EXPECT_DOUBLE_EQ(log.rules()[0].confidence, 0.4);
    EXPECT_EQ(log.rules()[0].composable, 0U);
    options.confidence.cut = 0.4;
    EXPECT_EQ(run().substitutions.size(), 1U);
}

TEST_F(SubstitutionTest, DivergedCandidatesAreNotTaken) {
    laboratory.diverging = {id(4), id(5), id(6), id(7), id(8), id(9)};
    options.selection_rounds = 10;
    const auto outcome = run();
    EXPECT_TRUE(outcome.substitutions.empty());
    EXPECT_TRUE(log.rules().empty());
    EXPECT_EQ(outcome.trials.size(), 6U);
}

TEST_F(SubstitutionTest, ConfidenceIsTheRewardAndIsLearntAtOnce) {
    const auto outcome = run();
    const auto expected = testing::make_policy("linucb, forgetting: 1");
    const auto contexts = contexts_of(market, Ids{id(4), id(5), id(6), id(7), id(8), id(9)}, histogram);
    for (const auto& row : log.bandit()) {
        if (row.chosen == 1) {
            expected->update(id(row.service), contexts.row(row.service - 4), row.reward);
        }
    }
    EXPECT_EQ(policy->export_state(), expected->export_state());
    EXPECT_TRUE(outcome.pending.empty());
}

TEST_F(SubstitutionTest, RealisedRewardsOfThoseWhoJoinComeLater) {
    options.reward = testing::make_reward("realised");
    const auto outcome = run();
    ASSERT_EQ(outcome.pending.size(), 2U);
    EXPECT_EQ(outcome.pending[0].service, outcome.substitutions[0].incoming);
    EXPECT_EQ(policy->export_state(), testing::make_policy("linucb, forgetting: 1")->export_state())
        << "nothing learnt yet";
    reward_realised(*policy, outcome.pending, 0.02, *options.reward, log);
    EXPECT_NE(policy->export_state(), testing::make_policy("linucb, forgetting: 1")->export_state());
    for (const auto& row : log.bandit()) {
        EXPECT_EQ(row.reward, row.chosen == 1 ? options.reward->of_change(0.02) : 0.0);
    }
}

TEST_F(SubstitutionTest, RecordsNameRoundAndSelection) {
    options.bandit.max_other_rows = 1;
    const auto outcome = run();
    ASSERT_EQ(log.bandit().size(), 3U);
    for (const auto& row : log.bandit()) {
        EXPECT_EQ(row.round, 4U);
        EXPECT_EQ(row.selection, 1U);
    }
    EXPECT_EQ(log.bandit()[0].chosen + log.bandit()[1].chosen, 2U);
    EXPECT_EQ(log.bandit()[2].chosen, 0U);
    EXPECT_GE(log.bandit()[1].expected + log.bandit()[1].bonus, log.bandit()[2].expected + log.bandit()[2].bonus);
    for (const auto& row : log.rules()) {
        EXPECT_EQ(row.round, 4U);
    }
    for (const auto& row : log.candidates()) {
        EXPECT_EQ(row.round, 4U);
    }
}

TEST_F(SubstitutionTest, LiteralReturnsTheLastRoundsArms) {
    options.selection = SelectionForm::literal;
    options.selection_rounds = 5;
    const auto outcome = run();
    std::set<std::uint32_t> last;
    std::size_t rounds_seen = 0;
    for (const auto& row : log.bandit()) {
        rounds_seen = std::max<std::size_t>(rounds_seen, row.selection);
        if (row.selection == 5 && row.chosen == 1) {
            last.insert(row.service);
        }
    }
    EXPECT_EQ(rounds_seen, 5U) << "every round selects, however many were found";
    EXPECT_EQ(last.size(), 2U);
    EXPECT_EQ(outcome.substitutions.size(), 2U);
    for (const auto& s : outcome.substitutions) {
        EXPECT_TRUE(last.contains(s.incoming.value()));
    }
    std::set<sim::ServiceId> trained;
    for (const TrialUpdate& trial : outcome.trials) {
        EXPECT_TRUE(trained.insert(trial.service).second) << "trained twice in a round";
    }
}

TEST_F(SubstitutionTest, SameInputsSameBits) {
    for (const char* kind : {"linucb", "epsilon_greedy", "thompson", "random"}) {
        std::vector<std::uint32_t> first;
        for (int repeat = 0; repeat < 2; ++repeat) {
            policy = testing::make_policy(kind);
            std::vector<std::uint32_t> services;
            for (const auto& s : run().substitutions) {
                services.push_back(s.incoming.value());
            }
            if (repeat == 0) {
                first = services;
            } else {
                EXPECT_EQ(services, first);
            }
        }
    }
}

}  // namespace
}  // namespace mlaasim::composition
