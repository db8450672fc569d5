#include "tta/paired_benefit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace mlaasim::tta {
namespace {

TEST(PairedBenefit, IsTheFallOfHalfTheBrierLoss) {
    const std::vector<float> plain{0.5F, 0.5F, 0.9F, 0.1F, 0.2F, 0.8F};
    const std::vector<float> other{1.0F, 0.0F, 0.6F, 0.4F, 0.2F, 0.8F};
    const std::vector<std::int64_t> labels{0, 1, 1};
    const PairedBenefit benefit = paired_benefit(plain, other, labels, 2);
    // Half the Brier loss of two classes is the square of what is missing.
    const double gains[] = {0.25 - 0.0, 0.81 - 0.36, 0.0};
    const double mean = (gains[0] + gains[1]) / 3.0;
    EXPECT_EQ(benefit.samples, 3U);
    EXPECT_NEAR(benefit.mean, mean, 1e-6);
    double squares = 0.0;
    for (const double gain : gains) {
        squares += (gain - mean) * (gain - mean);
    }
    EXPECT_NEAR(benefit.lower_bound, mean - 1.6448536 * std::sqrt(squares / 2.0 / 3.0), 1e-6);
}

TEST(PairedBenefit, HasASign) {
    const std::vector<float> sure{0.9F, 0.1F, 0.8F, 0.2F};
    const std::vector<float> unsure{0.5F, 0.5F, 0.5F, 0.5F};
    const std::vector<std::int64_t> labels{0, 0};
    EXPECT_GT(paired_benefit(unsure, sure, labels, 2).mean, 0.0);
    EXPECT_LT(paired_benefit(sure, unsure, labels, 2).mean, 0.0);
}

TEST(PairedBenefit, WhatIsNoNumberIsTheWorst) {
    const std::vector<float> broken{std::nanf(""), 0.0F, std::nanf(""), 0.0F};
    const std::vector<float> sure{1.0F, 0.0F, 1.0F, 0.0F};
    const std::vector<std::int64_t> labels{0, 0};
    EXPECT_EQ(paired_benefit(sure, broken, labels, 2).mean, -1.0);
}

TEST(PairedBenefit, NothingIsProvedByOneSample) {
    const std::vector<float> plain{0.0F, 1.0F};
    const std::vector<float> other{1.0F, 0.0F};
    const PairedBenefit benefit = paired_benefit(plain, other, std::vector<std::int64_t>{0}, 2);
    EXPECT_EQ(benefit.mean, 1.0);
    EXPECT_EQ(benefit.lower_bound, -1.0);
    EXPECT_EQ(paired_benefit({}, {}, {}, 2).lower_bound, -1.0);
}

}  // namespace
}  // namespace mlaasim::tta
