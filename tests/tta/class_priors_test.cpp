#include "tta/class_priors.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace mlaasim::tta {
namespace {

/// Large counts, so that the half that every cell counts more has no weight.
const std::vector<std::int64_t> confusion{800'000, 150'000, 50'000, 100'000, 700'000, 200'000, 0, 300'000, 700'000};

/// What a stream of this mix is predicted as.
std::vector<std::int64_t> predicted_of(const std::vector<double>& priors) {
    std::vector<std::int64_t> counts;
    for (std::size_t j = 0; j < 3; ++j) {
        double share = 0.0;
        for (std::size_t y = 0; y < 3; ++y) {
            share += priors[y] * static_cast<double>(confusion[y * 3 + j]) / 1e6;
        }
        counts.push_back(static_cast<std::int64_t>(share * 1e6 + 0.5));
    }
    return counts;
}

TEST(ClassPriors, UndoTheConfusion) {
    for (const std::vector<double>& priors :
         {std::vector{0.6, 0.3, 0.1}, {0.2, 0.2, 0.6}, {1.0 / 3, 1.0 / 3, 1.0 / 3}}) {
        const std::vector<double> found = class_priors(confusion, predicted_of(priors));
        for (std::size_t y = 0; y < 3; ++y) {
            EXPECT_NEAR(found[y], priors[y], 2e-3);
        }
    }
}

TEST(ClassPriors, AreADistributionWhereTheInverseIsNone) {
    // All are predicted as class 1, more than any mix would be.
    const std::vector<double> found = class_priors(confusion, std::vector<std::int64_t>{0, 500, 0});
    EXPECT_NEAR(std::accumulate(found.begin(), found.end(), 0.0), 1.0, 1e-9);
    EXPECT_GT(found[1], 0.99);
    for (const double share : found) {
        EXPECT_GE(share, 0.0);
    }
}

TEST(ClassPriors, WithoutPredictionsAllClassesAreAlike) {
    EXPECT_EQ(class_priors(confusion, std::vector<std::int64_t>{0, 0, 0}), std::vector<double>(3, 1.0 / 3.0));
}

/// A class without a clean sample says nothing: its row is even.
TEST(ClassPriors, ClassesNeverSeenHaveARow) {
    const std::vector<double> found =
        class_priors(std::vector<std::int64_t>{100, 0, 0, 0}, std::vector<std::int64_t>{50, 50});
    EXPECT_GT(found[1], 0.9);
}

}  // namespace
}  // namespace mlaasim::tta
