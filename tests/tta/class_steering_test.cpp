#include "tta/class_steering.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/core/random.hpp"

namespace mlaasim::tta {
namespace {

constexpr std::size_t classes = 3;
constexpr std::size_t samples = 5;
constexpr std::size_t stride = 16;
constexpr double weight = 2.0;
const std::vector<double> shares{0.5, 0.3, 0.2};

std::vector<double> mean_prediction(const std::vector<double>& logits) {
    std::vector<double> mean(classes, 0.0);
    for (std::size_t i = 0; i < samples; ++i) {
        double sum = 0.0;
        for (std::size_t c = 0; c < classes; ++c) {
            sum += std::exp(logits[i * classes + c]);
        }
        for (std::size_t c = 0; c < classes; ++c) {
            mean[c] += std::exp(logits[i * classes + c]) / sum / samples;
        }
    }
    return mean;
}

/// Mean entropy, and the mean prediction times what pulls at it.
double loss(const std::vector<double>& logits, const std::vector<double>& pull) {
    double total = 0.0;
    for (std::size_t i = 0; i < samples; ++i) {
        double sum = 0.0;
        for (std::size_t c = 0; c < classes; ++c) {
            sum += std::exp(logits[i * classes + c]);
        }
        for (std::size_t c = 0; c < classes; ++c) {
            const double p = std::exp(logits[i * classes + c]) / sum;
            total -= p * std::log(p) / samples;
        }
    }
    const std::vector<double> mean = mean_prediction(logits);
    return total + std::inner_product(mean.begin(), mean.end(), pull.begin(), 0.0);
}

/// In two parts, as an adapter passes them.
std::vector<double> gradient_of(ClassSteering& steering, const std::vector<double>& logits) {
    std::vector<float> rows(samples * stride, 0.0F);
    for (std::size_t i = 0; i < samples; ++i) {
        std::copy_n(logits.begin() + static_cast<std::ptrdiff_t>(i * classes), classes,
                    rows.begin() + static_cast<std::ptrdiff_t>(i * stride));
    }
    EXPECT_TRUE(steering({rows.data(), stride, 0, 2}));
    EXPECT_TRUE(steering({rows.data() + 2 * stride, stride, 2, samples - 2}));
    steering.next_step();
    std::vector<double> gradient;
    for (std::size_t i = 0; i < samples; ++i) {
        for (std::size_t c = 0; c < stride; ++c) {
            if (c < classes) {
                gradient.push_back(rows[i * stride + c]);
            } else {
                EXPECT_EQ(rows[i * stride + c], 0.0F) << "padding stays";
            }
        }
    }
    return gradient;
}

TEST(ClassShares, CountTwentyMoreSamplesOfEqualClasses) {
    const std::vector<float> probabilities{1.0F, 0.0F, 0.5F, 0.5F};
    const std::vector<double> found = class_shares(probabilities, 2);
    EXPECT_DOUBLE_EQ(found[0], (1.5 + 10.0) / 22.0);
    EXPECT_DOUBLE_EQ(found[1], (0.5 + 10.0) / 22.0);
    EXPECT_EQ(class_shares({}, 4), std::vector<double>(4, 0.25));
}

/// Against differences of the loss; the pull is that of the step before.
TEST(ClassSteering, GradientIsThatOfTheLoss) {
    sim::RandomStream random{sim::Seed{3}, sim::Purpose::test, 0, 0};
    std::vector<double> logits(samples * classes);
    std::ranges::generate(logits, [&] { return random.uniform(-2.0, 2.0); });
    ClassSteering steering{shares, samples, weight};
    std::vector<double> pull(classes, 0.0);
    for (int step = 0; step < 3; ++step) {
        const std::vector<double> gradient = gradient_of(steering, logits);
        const std::vector<double> mean = mean_prediction(logits);
        for (std::size_t i = 0; i < logits.size(); ++i) {
            constexpr double little = 1e-4;
            std::vector<double> above = logits;
            std::vector<double> below = logits;
            above[i] += little;
            below[i] -= little;
            EXPECT_NEAR(gradient[i], (loss(above, pull) - loss(below, pull)) / (2 * little), 1e-6) << step;
        }
        for (std::size_t c = 0; c < classes; ++c) {
            pull[c] = weight * std::log(mean[c] / shares[c]);
        }
        std::ranges::transform(logits, gradient, logits.begin(), [](double z, double g) { return z - 5.0 * g; });
    }
}

/// Its share of the predictions is 0, whose logarithm is none: the pull is cut off, and moves nothing.
TEST(ClassSteering, AClassThatIsNeverNamedHasNoPart) {
    std::vector<double> logits;
    for (std::size_t i = 0; i < samples; ++i) {
        logits.insert(logits.end(), {0.8, 0.3 * static_cast<double>(i), -2000.0});
    }
    ClassSteering steering{shares, samples, weight};
    for (int step = 0; step < 3; ++step) {
        const std::vector<double> gradient = gradient_of(steering, logits);
        for (std::size_t i = 0; i < samples; ++i) {
            EXPECT_EQ(gradient[i * classes + 2], 0.0);
            EXPECT_NEAR(gradient[i * classes] + gradient[i * classes + 1], 0.0, 1e-6);
            EXPECT_GT(std::abs(gradient[i * classes]), 1e-4);
        }
    }
}

/// Entropy alone makes them all one class.
TEST(ClassSteering, KeepsClassesThatEntropyAloneLoses) {
    const auto first_class_after = [](double of_weight) {
        std::vector<double> logits;
        for (std::size_t i = 0; i < samples; ++i) {
            logits.insert(logits.end(), {0.8, 0.3 * static_cast<double>(i) / samples, -0.2});
        }
        ClassSteering steering{shares, samples, of_weight};
        for (int step = 0; step < 400; ++step) {
            const std::vector<double> gradient = gradient_of(steering, logits);
            std::ranges::transform(logits, gradient, logits.begin(), [](double z, double g) { return z - 0.2 * g; });
        }
        return mean_prediction(logits)[0];
    };
    EXPECT_GT(first_class_after(0.0), 0.95);
    EXPECT_LT(first_class_after(weight), 0.7);
}

}  // namespace
}  // namespace mlaasim::tta
