// Clusters whose means are known but for a common offset.
#include "tta/moved_mixture.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "sim/core/random.hpp"

namespace mlaasim::tta {
namespace {

using Points = std::vector<std::vector<double>>;

const Points means{{4, 0, 0}, {0, 5, 0}, {0, 0, 6}};

Points draw(std::array<int, 3> counts, std::array<double, 3> offset, double deviation) {
    sim::RandomStream random{sim::Seed{5}, sim::Purpose::test, 0, 0};
    Points points;
    for (std::size_t c = 0; c < counts.size(); ++c) {
        for (int i = 0; i < counts[c]; ++i) {
            std::vector<double> point;
            for (std::size_t f = 0; f < 3; ++f) {
                point.push_back(means[c][f] + offset[f] + deviation * random.normal());
            }
            points.push_back(point);
        }
    }
    return points;
}

TEST(MovedMixture, FindsMixOffsetAndVariance) {
    for (const auto& counts : {std::array{100, 100, 100}, std::array{210, 90, 0}, std::array{30, 0, 270}}) {
        const MovedMixture found =
            fit_moved_mixture(means, draw(counts, {10, -20, 30}, 0.5), std::array{0.3, 0.3, 0.4});
        for (std::size_t c = 0; c < 3; ++c) {
            EXPECT_NEAR(found.mix[c], counts[c] / 300.0, 0.03) << counts[c];
        }
        EXPECT_NEAR(found.offset[0], 10, 0.15);
        EXPECT_NEAR(found.offset[1], -20, 0.15);
        EXPECT_NEAR(found.offset[2], 30, 0.15);
        EXPECT_NEAR(found.variance, 0.25, 0.03);
    }
}

/// The means of two mixes with fitting offsets are the same; the points of the clusters are not.
TEST(MovedMixture, TheMeanAloneDoesNotTell) {
    const Points points = draw({150, 150, 0}, {1, 2, 3}, 0.5);
    const MovedMixture right = fit_moved_mixture(means, points, std::array{0.5, 0.5, 0.0});
    const MovedMixture from_wrong = fit_moved_mixture(means, points, std::array{0.0, 0.0, 1.0});
    EXPECT_NEAR(right.mix[0], 0.5, 0.02);
    EXPECT_GE(right.log_likelihood, from_wrong.log_likelihood - 1e-9);
}

TEST(MovedMixture, OneClassEqualPointsAndOneMean) {
    const MovedMixture of_equal =
        fit_moved_mixture(means, Points(20, {4.0, 1.0, 1.0}), std::array{1.0 / 3, 1.0 / 3, 1.0 / 3});
    double sum = 0.0;
    for (const double share : of_equal.mix) {
        ASSERT_TRUE(std::isfinite(share));
        sum += share;
    }
    EXPECT_NEAR(sum, 1.0, 1e-9);
    EXPECT_GT(of_equal.variance, 0.0);
    const MovedMixture of_one = fit_moved_mixture(Points{{1, 1, 1}}, Points{{3, 4, 5}}, std::array{1.0});
    EXPECT_NEAR(of_one.mix[0], 1.0, 1e-12);
    EXPECT_NEAR(of_one.offset[2], 4.0, 1e-12);
}

}  // namespace
}  // namespace mlaasim::tta
