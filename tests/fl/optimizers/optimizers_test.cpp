#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "fl/local_training.hpp"
#include "fl/optimizers.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {
namespace {

TEST(Optimizers, SgdWithoutMomentumRemembersNothing) {
    const auto plain = testing::sgd(0.0);
    EXPECT_FALSE(plain->moments().first);
    EXPECT_FALSE(plain->moments().second);
    EXPECT_EQ(plain->rule(0.1, 3).rate, 0.1);
    EXPECT_TRUE(testing::sgd(0.9)->moments().first);
    EXPECT_EQ(testing::sgd(0.9)->rule(0.1, 3).first_decay, 0.9);
    EXPECT_EQ(testing::sgd(0.9)->rule(0.1, 3).first_gain, 1.0);
}

/// With m = (1 - b1) g and v = (1 - b2) g^2 after the first step, Adam's step is rate g / (|g| + epsilon), whatever the
/// decays are.
TEST(Optimizers, AdamsFirstStepHasTheLengthOfItsRate) {
    const UpdateRule rule = testing::optimizer("kind: adam, beta1: 0.8, beta2: 0.99, adam_epsilon: 0.5")->rule(0.1, 1);
    const double gradient = -3.0;
    const double first = rule.first_gain * gradient;
    const double second = rule.second_gain * gradient * gradient;
    EXPECT_NEAR(rule.rate * first / (std::sqrt(second) / rule.correction + rule.epsilon), 0.1 * gradient / 3.5, 1e-12);
}

/// b1 = b2 = 0.5 in step 2: 1 - b^2 = 0.75.
TEST(Optimizers, AdamCorrectsByTheNumberOfTheStep) {
    const UpdateRule rule = testing::optimizer("kind: adam, beta1: 0.5, beta2: 0.5")->rule(0.3, 2);
    EXPECT_DOUBLE_EQ(rule.rate, 0.4);
    EXPECT_DOUBLE_EQ(rule.correction, std::sqrt(0.75));
    EXPECT_EQ(rule.epsilon, 1e-8);
}

TEST(Optimizers, HaveTheirOwnOptionsAlone) {
    EXPECT_THROW(static_cast<void>(testing::optimizer("kind: adam, momentum: 0.9")), std::invalid_argument);
}

}  // namespace
}  // namespace mlaasim::fl
