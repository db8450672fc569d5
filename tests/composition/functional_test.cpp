#include "composition/assessment/functional.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "support/chosen.hpp"

namespace mlaasim::composition {
namespace {

using Floats = std::vector<float>;

sim::Chosen<UpdateDistance> distance(const std::string& kind) {
    return mlaasim::testing::chosen(distance_kinds(), "distance: " + kind, "distance");
}

/// "literal", "inverse_distance, epsilon: 0.5"
std::vector<double> shares(const std::vector<double>& distances, const std::string& form = "inverse_distance") {
    return mlaasim::testing::chosen(functional_share_kinds(), "form: " + form, "form")->of(distances);
}

/// The distance of one row, all of whose values are trained weights.
double update_distance(const Floats& row, const Floats& global, const Floats& composed, const std::string& kind) {
    sim::ParameterLayout layout;
    layout.add("weight", 0, sim::ParameterKind::weight, {static_cast<std::int64_t>(row.size())});
    const auto padded = [&](Floats values) {
        values.resize(layout.size());
        return values;
    };
    const Floats whole = padded(row);
    const std::span<const float> rows[] = {whole};
    return update_distances(rows, padded(global), padded(composed), layout, *distance(kind)).front();
}

TEST(UpdateDistance, EuclideanByHand) {
    // Updates (3, 0, 0) and (0, 4, 0): distance 5.
    EXPECT_DOUBLE_EQ(update_distance(Floats{4, 1, 1}, Floats{1, 1, 1}, Floats{1, 5, 1}, "euclidean"), 5);
}

TEST(UpdateDistance, AngularByHand) {
    const Floats global{1, 1};
    const auto angular = [&](Floats row, Floats composed) { return update_distance(row, global, composed, "angular"); };
    EXPECT_NEAR(angular({2, 1}, {1, 5}), 0.5, 1e-15);   // orthogonal
    EXPECT_NEAR(angular({2, 1}, {0, 1}), 1, 1e-15);     // opposite
    EXPECT_NEAR(angular({2, 1}, {3, 1}), 0, 1e-15);     // same direction, other length
    EXPECT_NEAR(angular({2, 1}, {2, 2}), 0.25, 1e-12);  // 45 degrees
    EXPECT_EQ(angular({1, 1}, {1, 1}), 0);              // nobody moved
    EXPECT_EQ(angular({1, 1}, {2, 1}), 0.5);            // one did not
}

TEST(UpdateDistance, AccumulatesInDouble) {
    // In float, 2^24 + 1 = 2^24.
    Floats row(1 << 16, 0.0F);
    row[0] = 4096.0F;
    for (std::size_t i = 4; i < row.size(); i += 4) {
        row[i] = 1.0F;
    }
    const Floats zero(row.size(), 0.0F);
    const double expected = std::sqrt(4096.0 * 4096.0 + (row.size() / 4 - 1));
    EXPECT_DOUBLE_EQ(update_distance(row, zero, zero, "euclidean"), expected);
}

TEST(UpdateDistance, LayoutLeavesOutRunningStatistics) {
    sim::ParameterLayout layout;
    layout.add("fc.weight", 0, sim::ParameterKind::weight, {2});
    layout.add("bn.running_var", 1, sim::ParameterKind::bn_variance, {2});
    Floats row(layout.size(), 0.0F);
    Floats zero(layout.size(), 0.0F);
    layout.view(std::span<float>{row}, layout.blocks()[0])[1] = 2.0F;
    layout.view(std::span<float>{row}, layout.blocks()[1])[0] = 100.0F;
    const std::vector<std::span<const float>> rows{row, zero, row};
    EXPECT_EQ(update_distances(rows, zero, zero, layout, *distance("euclidean")), (std::vector<double>{2, 0, 2}));
    EXPECT_GT(update_distance(row, zero, zero, "euclidean"), 100);
}

TEST(FunctionalContributions, InverseDistanceByHand) {
    // Distances 1, 3: S = 1/4, 3/4; g = 4, 4/3; f = 3/4, 1/4.
    const auto f = shares({1.0, 3.0}, "inverse_distance, epsilon: 1e-12");
    EXPECT_NEAR(f[0], 0.75, 1e-10);
    EXPECT_NEAR(f[1], 0.25, 1e-10);
}

TEST(FunctionalContributions, EpsilonKeepsAZeroDistanceFinite) {
    // S = 0, 1; g = 1/0.5, 1/1.5; f = 3/4, 1/4.
    const auto f = shares({0.0, 2.0}, "inverse_distance, epsilon: 0.5");
    EXPECT_NEAR(f[0], 0.75, 1e-15);
    EXPECT_NEAR(f[1], 0.25, 1e-15);
}

TEST(FunctionalContributions, LiteralGivesEverybodyTheSame) {
    const auto f = shares({1.0, 3.0, 100.0}, "literal");
    for (const double share : f) {
        EXPECT_DOUBLE_EQ(share, 1.0 / 3);
    }
}

TEST(FunctionalContributions, NobodyMoved) {
    for (const double share : shares({0.0, 0.0})) {
        EXPECT_DOUBLE_EQ(share, 0.5);
    }
}

TEST(FunctionalContributions, ADivergedMemberGetsNothing) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto f = shares({1.0, nan, 1.0});
    EXPECT_DOUBLE_EQ(f[0], 0.5);
    EXPECT_EQ(f[1], 0);
    const auto all = shares({nan, nan});
    EXPECT_DOUBLE_EQ(all[0], 0.5);
}

}  // namespace
}  // namespace mlaasim::composition
