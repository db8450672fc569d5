#include "composition/confidence.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "composition/round_log.hpp"
#include "sim/core/error.hpp"
#include "support/chosen.hpp"

namespace mlaasim::composition {
namespace {

/// The rules named hold.
RuleOutcomes holding(std::initializer_list<Rule> rules) {
    RuleOutcomes outcomes;
    for (const Rule rule : rules) {
        outcomes[rule] = {.value = 0.9, .holds = true};
    }
    return outcomes;
}

/// "weighted, dum_weight: 10"
ConfidenceOptions form(const std::string& options) {
    return {.form = mlaasim::testing::chosen(confidence_kinds(), "form: " + options, "form")};
}

TEST(Confidence, WeightsAreNormalised) {
    const auto equal = confidence_of(holding({Rule::dum, Rule::sru}), 0.5, {});
    EXPECT_DOUBLE_EQ(equal.score, 0.4);
    EXPECT_FALSE(equal.composable);
    const auto weighted =
        confidence_of(holding({Rule::dum, Rule::sru}), 0.5, form("weighted, dum_weight: 10, sru_weight: 2"));
    EXPECT_DOUBLE_EQ(weighted.score, 12.0 / 15);
    EXPECT_TRUE(weighted.composable);
}

TEST(Confidence, CutIsInclusive) {
    EXPECT_TRUE(confidence_of(holding({Rule::dum, Rule::mum}), 0, {.cut = 0.4}).composable);
    EXPECT_FALSE(confidence_of(holding({Rule::dum}), 0, {.cut = 0.4}).composable);
}

TEST(Confidence, BinaryWantsAllRules) {
    const ConfidenceOptions binary = form("binary");
    EXPECT_EQ(confidence_of(holding({Rule::dum, Rule::mum, Rule::sm, Rule::hqu}), 0, binary).score, 0);
    EXPECT_EQ(confidence_of(holding({Rule::dum, Rule::mum, Rule::sm, Rule::hqu, Rule::sru}), 0, binary).score, 1);
}

TEST(Confidence, ValuedCountsQualityAndReliability) {
    // (1 + .5 + .9) / 5
    const auto valued = confidence_of(holding({Rule::dum, Rule::hqu, Rule::sru}), 0.5, form("valued"));
    EXPECT_DOUBLE_EQ(valued.score, 2.4 / 5);
}

TEST(Confidence, RulesThatDoNotApplyLeaveTheirWeightToTheOthers) {
    RuleOutcomes rules = holding({Rule::dum, Rule::sru});
    rules[Rule::mum].applies = false;
    EXPECT_DOUBLE_EQ(confidence_of(rules, 0, {}).score, 0.5);
    EXPECT_EQ(confidence_of(rules, 0, form("binary")).score, 0);
    const ConfidenceOptions only_mum = form("weighted, dum_weight: 0, sm_weight: 0, hqu_weight: 0, sru_weight: 0");
    EXPECT_NO_THROW(only_mum.form->check());
    EXPECT_THROW((void)confidence_of(rules, 0, only_mum), sim::InputError);
    for (const char* kind : {"weighted", "valued"}) {
        const auto nothing = form(std::string{kind} +
                                  ", dum_weight: 0, mum_weight: 0, sm_weight: 0, hqu_weight: 0, "
                                  "sru_weight: 0");
        EXPECT_THROW(nothing.form->check(), sim::InputError);
    }
}

TEST(Confidence, RecordKeepsValuesAndMarksWhatDidNotApply) {
    RuleOutcomes rules = holding({Rule::dum, Rule::hqu, Rule::sru});
    rules[Rule::dum].value = 0.25;
    rules[Rule::mum].applies = false;
    RoundLog log{sim::Round{3}};
    log.judged(sim::ServiceId{11}, rules, {.score = 0.75, .composable = true});
    ASSERT_EQ(log.rules().size(), 1U);
    const auto& record = log.rules().front();
    EXPECT_EQ(record.round, 3U);
    EXPECT_EQ(record.service, 11U);
    EXPECT_EQ(record.dum, 0.25);
    EXPECT_EQ(record.dum_holds, 1U);
    EXPECT_TRUE(std::isnan(record.mum));
    EXPECT_EQ(record.mum_holds, 0U);
    EXPECT_EQ(record.sm_holds, 0U);
    EXPECT_EQ(record.sru_holds, 1U);
    EXPECT_EQ(record.confidence, 0.75);
    EXPECT_EQ(record.composable, 1U);
}

}  // namespace
}  // namespace mlaasim::composition
