// What no mix of classes explains of a window's mean features.
#include "tta/class_mixes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "tta/class_means.hpp"

namespace mlaasim::tta {
namespace {

constexpr std::size_t width = 5;
constexpr std::size_t classes = 3;

struct Labelled {
    Features features{.width = width};
    std::vector<std::int64_t> labels{};
};

/// Class y has its mean at 4 on feature y; noise of deviation 1, ten times as much on the last feature. `shares` are
/// those of the classes; `shift` is added.
Labelled draw(std::size_t count, std::array<double, classes> shares, std::uint64_t entity,
              std::array<double, width> shift = {}) {
    sim::RandomStream random{sim::Seed{3}, sim::Purpose::test, entity, 0};
    Labelled drawn;
    for (std::size_t i = 0; i < count; ++i) {
        const double u = random.uniform();
        const std::size_t label = u < shares[0] ? 0 : u < shares[0] + shares[1] ? 1 : 2;
        drawn.labels.push_back(static_cast<std::int64_t>(label));
        for (std::size_t f = 0; f < width; ++f) {
            const double noise = random.normal() * (f + 1 == width ? 10.0 : 1.0);
            drawn.features.values.push_back(static_cast<float>((f == label ? 4.0 : 0.0) + noise + shift[f]));
        }
    }
    return drawn;
}

class ClassMixesTest : public ::testing::Test {
protected:
    [[nodiscard]] Drift drift_of(const Labelled& window) const {
        return mixes->drift(mixes->mean_of(window.features, 0, window.labels.size()));
    }
    /// Of clean windows with these shares: how often the drift is beyond that of its own clean windows.
    [[nodiscard]] double false_alarms(std::array<double, classes> shares) const {
        constexpr std::uint64_t windows = 200;
        constexpr std::size_t samples = 60;
        int beyond = 0;
        for (std::uint64_t i = 0; i < windows; ++i) {
            const Drift drift = drift_of(draw(samples, shares, 100 + i));
            beyond += squared_length(drift.vector) >
                              mixes->clean_distance(drift.mix, samples, {sim::Seed{3}, sim::Purpose::clean_mixes, i, 0})
                          ? 1
                          : 0;
        }
        return static_cast<double>(beyond) / windows;
    }

    const Labelled clean = draw(1200, {0.4, 0.3, 0.3}, 0);
    const std::optional<ClassMixes> mixes = ClassMixes::fit(clean.features, clean.labels, classes);
};

TEST_F(ClassMixesTest, FindsTheMixAndNoDriftWhereOnlyClassesMoved) {
    const Drift drift = drift_of(draw(2000, {0.7, 0.0, 0.3}, 1));
    ASSERT_EQ(drift.mix.size(), classes);
    EXPECT_NEAR(drift.mix[0], 0.7, 0.05);
    EXPECT_NEAR(drift.mix[1], 0.0, 0.05);
    EXPECT_NEAR(drift.mix[2], 0.3, 0.05);
    EXPECT_NEAR(std::accumulate(drift.mix.begin(), drift.mix.end(), 0.0), 1.0, 1e-12);
    EXPECT_LT(squared_length(drift.vector), 0.03);
}

/// A shift of two deviations on a feature that has nothing to do with the classes.
TEST_F(ClassMixesTest, AShiftIsDriftInUnitsOfTheDeviationWithinAClass) {
    EXPECT_NEAR(std::sqrt(squared_length(drift_of(draw(2000, {0.7, 0.0, 0.3}, 1, {0, 0, 0, 2, 0})).vector)), 2.0, 0.2);
    EXPECT_NEAR(std::sqrt(squared_length(drift_of(draw(2000, {0.7, 0.0, 0.3}, 1, {0, 0, 0, 0, 20})).vector)), 2.0, 0.2);
}

/// Beside all mixes on a grid of 1/200.
TEST_F(ClassMixesTest, NoMixIsNearer) {
    std::vector<std::vector<double>> corners;
    for (std::int64_t y = 0; y < std::int64_t{classes}; ++y) {
        Labelled even;
        for (std::size_t i = 0; i < clean.labels.size(); i += 2) {
            if (clean.labels[i] == y) {
                even.features.values.insert(even.features.values.end(), clean.features.row(i).begin(),
                                            clean.features.row(i).end());
            }
        }
        corners.push_back(mixes->mean_of(even.features, 0, even.features.count()));
    }
    for (const auto& shift : {std::array<double, width>{}, {3, -2, 1, 0.5, 4}, {-9, 0, 0, 0, 0}}) {
        const Labelled window = draw(50, {0.2, 0.5, 0.3}, 7, shift);
        const std::vector<double> mean = mixes->mean_of(window.features, 0, 50);
        double least = std::numeric_limits<double>::infinity();
        for (int a = 0; a <= 200; ++a) {
            for (int b = 0; a + b <= 200; ++b) {
                double distance = 0.0;
                for (std::size_t f = 0; f < width; ++f) {
                    const double off =
                        mean[f] - (a * corners[0][f] + b * corners[1][f] + (200 - a - b) * corners[2][f]) / 200.0;
                    distance += off * off;
                }
                least = std::min(least, distance);
            }
        }
        const double found = squared_length(mixes->drift(mean).vector);
        EXPECT_LE(found, least + 1e-6);
        EXPECT_NEAR(found, least, 0.01);
    }
}

TEST_F(ClassMixesTest, OneCleanWindowOfAHundredIsBeyondTheCleanDistance) {
    EXPECT_LE(false_alarms({0.4, 0.3, 0.3}), 0.04);
    EXPECT_LE(false_alarms({1.0, 0.0, 0.0}), 0.04);
}

TEST_F(ClassMixesTest, AClassWithoutSamplesHasNoPart) {
    const std::optional<ClassMixes> more = ClassMixes::fit(clean.features, clean.labels, classes + 2);
    ASSERT_TRUE(more);
    EXPECT_EQ(more->drift(more->mean_of(clean.features, 0, 10)).mix.size(), classes);
}

TEST_F(ClassMixesTest, NothingOfTooFewSamplesOrOfWhatIsNoNumber) {
    const Labelled few = draw(15, {0.4, 0.3, 0.3}, 2);
    EXPECT_FALSE(ClassMixes::fit(few.features, few.labels, classes));
    Labelled broken = draw(100, {0.4, 0.3, 0.3}, 2);
    broken.features.values[7] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_FALSE(ClassMixes::fit(broken.features, broken.labels, classes));
}

/// However far all samples have moved together, and where to.
TEST_F(ClassMixesTest, FindsTheMixOfSamplesThatHaveMoved) {
    EXPECT_EQ(std::vector(mixes->classes().begin(), mixes->classes().end()), (std::vector<std::size_t>{0, 1, 2}));
    for (const std::array<double, classes> shares : {std::array{0.7, 0.2, 0.1}, std::array{0.0, 0.5, 0.5}}) {
        const Labelled window = draw(2000, shares, 7, {20.0, 20.0, -30.0, 5.0, 80.0});
        const std::vector<double> mix = mixes->mix_of_moved(window.features);
        for (std::size_t y = 0; y < classes; ++y) {
            EXPECT_NEAR(mix[y], shares[y], 0.05) << y;
        }
    }
}

}  // namespace
}  // namespace mlaasim::tta
