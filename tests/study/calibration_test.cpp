#include "study/calibration.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/core/error.hpp"
#include "sim/core/random.hpp"

namespace mlaasim::study {
namespace {

std::vector<CalibrationCase> drawn_cases(std::size_t count) {
    sim::RandomStream random{sim::Seed{1}, sim::Purpose::test, 0, 0};
    std::vector<CalibrationCase> cases;
    for (std::size_t i = 0; i < count; ++i) {
        CalibrationCase one;
        for (double& score : one.scores) {
            score = random.uniform();
        }
        one.scores[1] = 0.0;  // a score that does not apply
        one.score = one.scores[0];
        const double odds = 6.0 * (one.scores[4] - 0.5) - 3.0 * (one.scores[3] - 0.5);
        one.composable = random.uniform() < 1.0 / (1.0 + std::exp(-odds));
        cases.push_back(one);
    }
    return cases;
}

/// Mean log loss and the penalty, straight from the definition.
double penalised_loss(const std::vector<CalibrationCase>& cases, const std::vector<double>& logistic) {
    const auto count = static_cast<double>(cases.size());
    double loss = 0.0;
    for (const CalibrationCase& one : cases) {
        double sum = logistic[0];
        for (std::size_t s = 0; s < 5; ++s) {
            sum += logistic[s + 1] * one.scores[s];
        }
        loss += std::log(1.0 + std::exp(one.composable ? -sum : sum)) / count;
    }
    for (std::size_t s = 0; s < 5; ++s) {
        double mean = 0.0;
        double squares = 0.0;
        for (const CalibrationCase& one : cases) {
            mean += one.scores[s] / count;
            squares += one.scores[s] * one.scores[s] / count;
        }
        loss += 0.005 * logistic[s + 1] * logistic[s + 1] * (squares - mean * mean);
    }
    return loss;
}

TEST(Calibration, TheRegressionIsTheMinimumOfItsLoss) {
    const std::vector<CalibrationCase> cases = drawn_cases(400);
    const FittedCalibration fitted = fit_calibration(cases);
    ASSERT_EQ(fitted.logistic.size(), 6U);
    EXPECT_EQ(fitted.logistic[2], 0.0) << "of a score that never applies";
    EXPECT_GT(fitted.logistic[5], 2.0);
    EXPECT_LT(fitted.logistic[4], -1.0);
    const double least = penalised_loss(cases, fitted.logistic);
    for (std::size_t i = 0; i < 6; ++i) {
        for (const double step : {-0.01, 0.01}) {
            std::vector<double> moved = fitted.logistic;
            moved[i] += step;
            EXPECT_GE(penalised_loss(cases, moved), least) << i;
        }
    }
    EXPECT_GT(fitted.logistic_accuracy, 0.65);
}

TEST(Calibration, TheThresholdPartsTheAnswersBest) {
    const auto of = [](double score, bool composable) {
        return CalibrationCase{.scores = {score, 0, 0, 0, 0}, .score = score, .composable = composable};
    };
    // Above .5 two of two are found, below it three of four are refused.
    const std::vector<CalibrationCase> cases{of(0.1, false), of(0.2, false), of(0.4, false),
                                             of(0.6, true),  of(0.7, false), of(0.8, true)};
    const FittedCalibration fitted = fit_calibration(cases);
    EXPECT_DOUBLE_EQ(fitted.threshold, 0.5);
    EXPECT_DOUBLE_EQ(fitted.threshold_accuracy, 0.5 * (1.0 + 0.75));
}

TEST(Calibration, RunsAreJudgedByAFitOnTheOthers) {
    const auto of = [](std::size_t run, double score, bool composable) {
        return CalibrationCase{.scores = {score, 0, 0, 0, 0}, .score = score, .composable = composable, .run = run};
    };
    // Each run parts its own answers, but at another place: .25 and .75. The other's place finds one answer of each.
    const std::vector<CalibrationCase> cases{of(0, 0.2, false), of(0, 0.3, true), of(1, 0.7, false), of(1, 0.8, true)};
    const auto elsewhere = judge_elsewhere(cases);
    ASSERT_TRUE(elsewhere.has_value());
    EXPECT_EQ(elsewhere->threshold, 0.5);  // run 0: no, no; run 1: yes, yes
    EXPECT_EQ(elsewhere->logistic, 0.5);
    EXPECT_GT(fit_calibration(cases).threshold_accuracy, 0.7);
    // Without the first run there is only one answer.
    EXPECT_FALSE(judge_elsewhere(std::vector{of(0, 0.2, false), of(0, 0.3, true), of(1, 0.7, true)}).has_value());
    EXPECT_FALSE(judge_elsewhere(std::span{cases}.first(2)).has_value());
}

TEST(Calibration, CasesThatAllAgreeFitNothing) {
    std::vector<CalibrationCase> cases = drawn_cases(5);
    for (CalibrationCase& one : cases) {
        one.composable = true;
    }
    EXPECT_THROW(static_cast<void>(fit_calibration(cases)), sim::ContractViolation);
}

TEST(Calibration, TheFileNamesWhatItIsFor) {
    const std::string text = to_yaml({.technique = "tent",
                                      .model = "cnn 1x8x8 c4 o3",
                                      .integration = "replace",
                                      .form = "normalised",
                                      .pdam = "total_variation",
                                      .layer_weights = "equal",
                                      .tau = "0.5"},
                                     {.threshold = 0.75, .logistic = {1, -2.5, 0, 0, 0, 3}}, 17);
    for (const char* line : {"technique: tent\n", "model: cnn 1x8x8 c4 o3\n", "form: normalised\n", "threshold: 0.75\n",
                             "integration: replace\n", "pdam: total_variation\n", "layer_weights: equal\n",
                             "tau: 0.5\n", "logistic: [1, -2.5, 0, 0, 0, 3]\n", "cases: 17\n"}) {
        EXPECT_NE(text.find(line), std::string::npos) << text;
    }
}

}  // namespace
}  // namespace mlaasim::study
