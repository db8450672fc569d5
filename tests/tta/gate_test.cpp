#include "tta/gate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/core/random.hpp"

namespace mlaasim::tta {
namespace {

/// Features that hang together: of normal numbers z, feature f is z_f + z_(f-1) / 2, and ten times that for f = 1.
Features correlated(std::size_t count, std::size_t width, std::uint64_t entity) {
    sim::RandomStream random{sim::Seed{11}, sim::Purpose::test, entity, 0};
    Features features{.width = width};
    for (std::size_t i = 0; i < count; ++i) {
        double before = 0.0;
        for (std::size_t f = 0; f < width; ++f) {
            const double z = random.normal();
            features.values.push_back(static_cast<float>((z + before / 2.0) * (f == 1 ? 10.0 : 1.0)));
            before = z;
        }
    }
    return features;
}

/// x' S^-1 x / width by elimination, with S and the mean taken over the even rows: nothing of it is the gate's way.
double distance_by_elimination(const Features& clean, std::span<const float> row) {
    const std::size_t width = clean.width;
    std::vector<std::vector<double>> even;
    for (std::size_t i = 0; i < clean.count(); i += 2) {
        even.emplace_back(clean.row(i).begin(), clean.row(i).end());
    }
    const auto n = static_cast<double>(even.size());
    std::vector<double> mean(width, 0.0);
    for (std::size_t f = 0; f < width; ++f) {
        for (const auto& sample : even) {
            mean[f] += sample[f] / n;
        }
    }
    const auto covariance = [&](std::size_t f, std::size_t g) {
        double sum = 0.0;
        for (const auto& sample : even) {
            sum += (sample[f] - mean[f]) * (sample[g] - mean[g]) / n;
        }
        return sum;
    };
    std::vector<std::vector<double>> system(width, std::vector<double>(width + 1));
    for (std::size_t f = 0; f < width; ++f) {
        for (std::size_t g = 0; g < width; ++g) {
            system[f][g] = covariance(f, g) * (f == g ? 1.0 : 0.9);
        }
        system[f][width] = row[f] - mean[f];
    }
    for (std::size_t p = 0; p < width; ++p) {
        for (std::size_t r = p + 1; r < width; ++r) {
            const double factor = system[r][p] / system[p][p];
            for (std::size_t c = p; c <= width; ++c) {
                system[r][c] -= factor * system[p][c];
            }
        }
    }
    double total = 0.0;
    std::vector<double> solution(width);
    for (std::size_t p = width; p-- > 0;) {
        solution[p] = system[p][width];
        for (std::size_t c = p + 1; c < width; ++c) {
            solution[p] -= system[p][c] * solution[c];
        }
        solution[p] /= system[p][p];
        total += solution[p] * (row[p] - mean[p]);
    }
    return total / static_cast<double>(width);
}

double share_flagged(const Gate& gate, const Features& features) {
    const std::vector<std::uint8_t> flags = gate.flags(features);
    return std::accumulate(flags.begin(), flags.end(), 0.0) / static_cast<double>(flags.size());
}

TEST(Gate, MeasuresTheShrunkMahalanobisDistance) {
    const Features clean = correlated(101, 5, 0);
    const Features others = correlated(20, 5, 1);
    const auto gate = Gate::fit(clean);
    ASSERT_TRUE(gate.has_value());
    for (std::size_t i = 0; i < others.count(); ++i) {
        const double expected = distance_by_elimination(clean, others.row(i));
        EXPECT_NEAR(gate->distance(others.row(i)), expected, 1e-9 * expected);
    }
}

TEST(Gate, ThresholdIsTheQuantileOfSamplesThatHadNoPartInTheFit) {
    const Features clean = correlated(400, 4, 0);
    const auto gate = Gate::fit(clean);
    ASSERT_TRUE(gate.has_value());
    std::vector<double> odd;
    for (std::size_t i = 1; i < clean.count(); i += 2) {
        odd.push_back(gate->distance(clean.row(i)));
    }
    std::ranges::sort(odd, std::greater<>{});
    EXPECT_EQ(gate->threshold(), odd[3]) << "2 % of 200";
}

TEST(Gate, FlagsWhatIsPlantedAndNotWhatIsClean) {
    const auto gate = Gate::fit(correlated(1024, 8, 0));
    ASSERT_TRUE(gate.has_value());
    EXPECT_NEAR(share_flagged(*gate, correlated(4000, 8, 1)), 0.02, 0.015);
    Features noisy = correlated(200, 8, 2);
    for (float& value : noisy.values) {
        value += 5.0F;
    }
    EXPECT_GT(share_flagged(*gate, noisy), 0.95);
}

/// Every feature by itself stays as it was: only their order among each other is new.
TEST(Gate, FlagsFeaturesThatHaveChangedPlaces) {
    const auto gate = Gate::fit(correlated(1024, 8, 0));
    ASSERT_TRUE(gate.has_value());
    Features swapped = correlated(200, 8, 1);
    for (std::size_t i = 0; i < swapped.count(); ++i) {
        std::swap(swapped.values[i * 8 + 1], swapped.values[i * 8 + 6]);
    }
    EXPECT_GT(share_flagged(*gate, swapped), 0.3);
}

TEST(Gate, FlagsWhatIsNoNumberAndNeedsNumbersToFit) {
    Features clean = correlated(100, 3, 0);
    const auto gate = Gate::fit(clean);
    ASSERT_TRUE(gate.has_value());
    Features broken = correlated(1, 3, 1);
    broken.values[1] = std::nanf("");
    EXPECT_EQ(gate->flags(broken), std::vector<std::uint8_t>{1});
    clean.values[7] = std::nanf("");
    EXPECT_FALSE(Gate::fit(clean).has_value());
    EXPECT_FALSE(Gate::fit(correlated(19, 3, 0)).has_value());
}

/// A constant feature has no deviation; one that moves is as far away as a thousandth of the largest allows.
TEST(Gate, ConstantFeaturesHaveAFloor) {
    Features clean = correlated(200, 3, 0);
    for (std::size_t i = 0; i < clean.count(); ++i) {
        clean.values[i * 3] = 0.5F;
    }
    const auto gate = Gate::fit(clean);
    ASSERT_TRUE(gate.has_value());
    EXPECT_LT(share_flagged(*gate, clean), 0.05);
    Features moved = clean;
    for (std::size_t i = 0; i < moved.count(); ++i) {
        moved.values[i * 3] = 1.5F;
    }
    EXPECT_EQ(share_flagged(*gate, moved), 1.0);

    Features constant{.width = 3, .values = std::vector<float>(300, 0.25F)};
    const auto of_constant = Gate::fit(constant);
    ASSERT_TRUE(of_constant.has_value());
    EXPECT_EQ(share_flagged(*of_constant, constant), 0.0);
}

/// The odds of opening on clean windows, counted: threshold and window are drawn anew each time.
TEST(Gate, SeldomOpensOnCleanWindows) {
    constexpr int trials = 4000;
    constexpr std::size_t window = 60;
    int opened = 0;
    sim::RandomStream random{sim::Seed{3}, sim::Purpose::test, 0, 0};
    const auto draw = [&](std::size_t count) {
        Features features{.width = 1};
        for (std::size_t i = 0; i < count; ++i) {
            features.values.push_back(static_cast<float>(random.normal()));
        }
        return features;
    };
    std::size_t to_open = 0;
    for (int trial = 0; trial < trials; ++trial) {
        const auto gate = Gate::fit(draw(200));
        ASSERT_TRUE(gate.has_value());
        to_open = gate->flags_to_open(window);
        const std::vector<std::uint8_t> flags = gate->flags(draw(window));
        opened += static_cast<std::size_t>(std::ranges::count(flags, 1)) >= to_open ? 1 : 0;
    }
    EXPECT_LE(opened, trials * 0.01 + 4 * std::sqrt(trials * 0.01));
    EXPECT_GT(opened, 0);
    EXPECT_GE(to_open, 3U);
    EXPECT_LE(to_open, 8U);
}

/// P(X >= x) of the beta-binomial distribution by its definition, for the bound that flags_to_open() finds.
TEST(Gate, OpensAtOddsOfOneInAHundred) {
    const auto gate = Gate::fit(correlated(400, 2, 0));
    ASSERT_TRUE(gate.has_value());
    constexpr double k = 4;
    constexpr double n = 200;
    const auto log_beta = [](double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); };
    for (const std::size_t samples : {16U, 128U, 420U, 2000U}) {
        const auto m = static_cast<double>(samples);
        const auto odds_from = [&](std::size_t from) {
            double odds = 0.0;
            for (std::size_t x = from; x <= samples; ++x) {
                const auto flags = static_cast<double>(x);
                odds += std::exp(-std::log(m + 1.0) - log_beta(m - flags + 1.0, flags + 1.0) +
                                 log_beta(flags + k, m - flags + n - k + 1.0) - log_beta(k, n - k + 1.0));
            }
            return odds;
        };
        const std::size_t to_open = gate->flags_to_open(samples);
        EXPECT_LE(odds_from(to_open), 0.01);
        EXPECT_GT(odds_from(to_open - 1), 0.01);
        EXPECT_GT(static_cast<double>(to_open), 0.02 * m);
    }
    EXPECT_EQ(gate->flags_to_open(0), 1U) << "an empty window opens nothing";
}

}  // namespace
}  // namespace mlaasim::tta
