#include "composition/rules.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "support/chosen.hpp"

namespace mlaasim::composition {
namespace {

using Values = std::vector<double>;

double dum(const Values& composition, const Values& candidate, const std::string& form) {
    return mlaasim::testing::chosen(histogram_distance_kinds(), "dum_form: " + form, "dum_form")
        ->distance(composition, candidate);
}

double mum(const std::vector<float>& composition, const std::vector<float>& candidate,
           const sim::ParameterLayout& layout, const std::string& form) {
    return mlaasim::testing::chosen(model_distance_kinds(), "mum_form: " + form, "mum_form")
        ->distance(composition, candidate, layout);
}

std::optional<double> similarity(const Values& composition, const Values& candidate, const std::string& kind) {
    return hqu(composition, candidate,
               *mlaasim::testing::chosen(history_similarity_kinds(), "hqu_similarity: " + kind, "hqu_similarity"));
}

TEST(Dum, NormalisedByHand) {
    // Shares (.5, .5) and (1, 0).
    EXPECT_NEAR(dum(Values{50, 50}, Values{10, 0}, "normalised"), std::sqrt(0.5), 1e-15);
}

TEST(Dum, RawCountsScaleWithVolumeSharesDoNot) {
    EXPECT_DOUBLE_EQ(dum(Values{50, 50}, Values{5, 5}, "normalised"), 0);
    EXPECT_NEAR(dum(Values{50, 50}, Values{5, 5}, "literal"), 45 * std::sqrt(2), 1e-12);
}

TEST(Dum, AServiceWithoutSamplesIsFinite) {
    EXPECT_NEAR(dum(Values{50, 50}, Values{0, 0}, "normalised"), std::sqrt(0.5), 1e-15);
}

class Mum : public ::testing::Test {
protected:
    Mum() {
        layout.add("fc.weight", 0, sim::ParameterKind::weight, {3});
        layout.add("bn.running_mean", 1, sim::ParameterKind::bn_mean, {1});
    }
    std::vector<float> model(float a, float b, float c, float statistic) {
        std::vector<float> flat(layout.size(), 0.0F);
        const auto weights = layout.view(std::span<float>{flat}, layout.blocks()[0]);
        weights[0] = a, weights[1] = b, weights[2] = c;
        layout.view(std::span<float>{flat}, layout.blocks()[1])[0] = statistic;
        return flat;
    }
    sim::ParameterLayout layout;
};

TEST_F(Mum, RelativeByHandWithoutStatistics) {
    // (|1| + |0| + |2|) / (1 + 2 + 4)
    EXPECT_NEAR(mum(model(1, -2, 4, 0), model(2, -2, 2, 99), layout, "relative"), 3.0 / 7, 1e-12);
}

TEST_F(Mum, LiteralByHand) {
    // (1/1 + 0 + 2/4) / 3
    EXPECT_NEAR(mum(model(1, -2, 4, 0), model(2, -2, 2, 99), layout, "literal"), 0.5, 1e-12);
}

TEST_F(Mum, LiteralExplodesAtWeightsNearZero) {
    const auto mean = model(1e-6F, 1, 1, 0);
    const auto w = model(1e-2F, 1, 1, 0);
    EXPECT_GT(mum(mean, w, layout, "literal"), 3000);
    EXPECT_NEAR(mum(mean, w, layout, "relative"), 0.005, 1e-4);
    EXPECT_TRUE(std::isinf(mum(model(0, 1, 1, 0), w, layout, "literal")));
    EXPECT_EQ(mum(model(0, 1, 1, 0), model(0, 1, 1, 0), layout, "literal"), 0);
}

TEST(Sm, PenalisesSlowCandidatesLiteralPenalisesFastOnes) {
    EXPECT_DOUBLE_EQ(sm(20, 40, 2, SmForm::candidate_over_composition), 4);
    EXPECT_DOUBLE_EQ(sm(20, 10, 2, SmForm::candidate_over_composition), 0.25);
    EXPECT_DOUBLE_EQ(sm(20, 40, 2, SmForm::literal), 0.25);
    EXPECT_DOUBLE_EQ(sm(20, 10, 2, SmForm::literal), 4);
    EXPECT_DOUBLE_EQ(sm(0, 0, 2, SmForm::literal), 1);
}

TEST(Hqu, MeanDifferenceOfTheNewestValues) {
    // Newest two: (.8, .6) and (.7, .9): 1 - (.1 + .3)/2.
    EXPECT_NEAR(similarity(Values{0.1, 0.8, 0.6}, Values{0.7, 0.9}, "mean_difference").value(), 0.8, 1e-15);
    EXPECT_FALSE(similarity(Values{0.5}, Values{}, "mean_difference").has_value());
}

TEST(Hqu, CosineIsBlindToTheLevel) {
    EXPECT_NEAR(similarity(Values{0.8, 0.8}, Values{0.1, 0.1}, "cosine").value(), 1, 1e-15);
    EXPECT_NEAR(similarity(Values{0.8, 0.8}, Values{0.1, 0.1}, "mean_difference").value(), 0.3, 1e-15);
    EXPECT_EQ(similarity(Values{0.8}, Values{0.0}, "cosine").value(), 0);
}

class ApplyRules : public Mum {
protected:
    std::vector<float> composed = model(1, 1, 1, 0);
    std::vector<float> trained = model(1.2F, 1, 1, 0);
    Values histogram{50, 50};
    Values history{0.8};
    PerformingComposition composition{.parameters = composed,
                                      .layout = &layout,
                                      .class_histogram = histogram,
                                      .response_ms = 20,
                                      .quality = 0.8,
                                      .quality_history = history};
    CandidateEvidence candidate{.parameters = trained,
                                .class_histogram = histogram,
                                .response_ms = 20,
                                .quality = 0.8,
                                .quality_history = history,
                                .reliability = 0.9};
};

TEST_F(ApplyRules, AllHoldForATwin) {
    for (const RuleOutcome& outcome : apply_rules(composition, candidate, {}).outcomes) {
        EXPECT_TRUE(outcome.holds && outcome.applies);
    }
}

TEST_F(ApplyRules, EachRuleFailsAlone) {
    const auto failing = [&](const CandidateEvidence& c) {
        std::vector<std::size_t> failed;
        const auto rules = apply_rules(composition, c, {});
        for (std::size_t j = 0; j < rule_count; ++j) {
            if (!rules.outcomes[j].holds) {
                failed.push_back(j);
            }
        }
        return failed;
    };
    const Values skewed{100, 0};
    const Values bad{0.3};
    const auto far = model(3, 1, 1, 0);
    CandidateEvidence c = candidate;
    c.class_histogram = skewed;
    EXPECT_EQ(failing(c), std::vector<std::size_t>{0});
    c = candidate;
    c.parameters = far;
    EXPECT_EQ(failing(c), std::vector<std::size_t>{1});
    c = candidate;
    c.response_ms = 31;
    EXPECT_EQ(failing(c), std::vector<std::size_t>{2});
    c = candidate;
    c.quality_history = bad;
    EXPECT_EQ(failing(c), std::vector<std::size_t>{3});
    c = candidate;
    c.reliability = 0.7;
    EXPECT_EQ(failing(c), std::vector<std::size_t>{4});
}

TEST_F(ApplyRules, DirectionOfMumIsExplicit) {
    RuleOptions options{.mum_direction = Direction::at_least};
    EXPECT_FALSE(apply_rules(composition, candidate, options)[Rule::mum].holds);
    options.mum_threshold = 0.05;
    EXPECT_TRUE(apply_rules(composition, candidate, options)[Rule::mum].holds);
}

TEST_F(ApplyRules, WithoutSharedWeightsDisagreementStandsIn) {
    candidate.parameters = {};
    EXPECT_FALSE(apply_rules(composition, candidate, {})[Rule::mum].applies);
    candidate.disagreement = 0.3;
    const auto outcome = apply_rules(composition, candidate, {})[Rule::mum];
    EXPECT_TRUE(outcome.applies && outcome.holds);
    EXPECT_DOUBLE_EQ(outcome.value, 0.3);
    candidate.disagreement = 0.6;
    EXPECT_FALSE(apply_rules(composition, candidate, {})[Rule::mum].holds);
}

TEST_F(ApplyRules, WithoutHistoryTheQualitiesAreCompared) {
    candidate.quality_history = {};
    candidate.quality = 0.5;
    EXPECT_NEAR(apply_rules(composition, candidate, {})[Rule::hqu].value, 0.7, 1e-15);
}

}  // namespace
}  // namespace mlaasim::composition
