// The classes that clients stream at a time, compared with what the Dirichlet distribution says.
#include "sim/stream/order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

#include "support/chosen.hpp"

namespace mlaasim::sim {
namespace {

constexpr Seed seed{7};

Chosen<StreamOrder> of_kind(const std::string& options) {
    return testing::chosen(stream_order_kinds(), "kind: " + options);
}

std::vector<double> mix_of(const Chosen<StreamOrder>& order, std::uint32_t classes, std::uint32_t client,
                           std::uint32_t round) {
    return order->class_mix(classes, ClientId{client}, Round{round}, seed);
}

/// The largest difference between the distribution of these values and `below`, the distribution that they should have.
template <class Below>
double kolmogorov_smirnov(std::vector<double> values, Below below) {
    std::ranges::sort(values);
    double most = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double expected = below(values[i]);
        most = std::max({most, std::abs(expected - static_cast<double>(i) / static_cast<double>(values.size())),
                         std::abs(expected - static_cast<double>(i + 1) / static_cast<double>(values.size()))});
    }
    return most;
}

TEST(StreamOrder, ShuffledIsTheDefaultAndHasNoClassMix) {
    const Chosen<StreamOrder> order{stream_order_kinds()};
    EXPECT_EQ(order.word(), "shuffled");
    EXPECT_FALSE(order->has_class_mix());
    EXPECT_TRUE(mix_of(order, 10, 3, 4).empty());
}

TEST(StreamOrder, AMixIsSharedAndLastsSoManyRounds) {
    const auto order = of_kind("class_runs, alpha: 0.5, every: 3");
    EXPECT_TRUE(order->has_class_mix());
    const auto first = mix_of(order, 10, 0, 1);
    EXPECT_EQ(mix_of(order, 10, 0, 1), first);
    EXPECT_EQ(mix_of(order, 10, 5, 1), first) << "another client";
    EXPECT_EQ(mix_of(order, 10, 0, 3), first);
    EXPECT_NE(mix_of(order, 10, 0, 4), first);
    EXPECT_EQ(mix_of(order, 10, 0, 6), mix_of(order, 10, 0, 4));
    EXPECT_NE(order->class_mix(10, ClientId{0}, Round{1}, Seed{8}), first);
}

TEST(StreamOrder, UnsharedEveryClientHasItsOwn) {
    const auto order = of_kind("class_runs, shared: false");
    EXPECT_EQ(mix_of(order, 10, 4, 9), mix_of(order, 10, 4, 9));
    EXPECT_NE(mix_of(order, 10, 4, 9), mix_of(order, 10, 5, 9));
    EXPECT_NE(mix_of(order, 10, 4, 9), mix_of(order, 10, 4, 10));
}

/// Of Dirichlet(alpha) over K classes: E p = 1 / K, and E of the sum of p^2 = (alpha + 1) / (K alpha + 1).
TEST(StreamOrder, SharesHaveTheMomentsOfTheDirichletDistribution) {
    constexpr std::uint32_t rounds = 4000;
    constexpr std::uint32_t classes = 10;
    for (const double alpha : {0.05, 0.1, 1.0, 20.0}) {
        const auto order = of_kind("class_runs, alpha: " + std::to_string(alpha));
        std::vector<double> mean(classes, 0.0);
        double squares = 0.0;
        for (std::uint32_t round = 0; round < rounds; ++round) {
            const auto mix = mix_of(order, classes, 0, round);
            ASSERT_NEAR(std::accumulate(mix.begin(), mix.end(), 0.0), 1.0, 1e-12);
            for (std::uint32_t label = 0; label < classes; ++label) {
                ASSERT_GE(mix[label], 0.0);
                mean[label] += mix[label] / rounds;
                squares += mix[label] * mix[label] / rounds;
            }
        }
        const double variance = (classes - 1.0) / (classes * classes * (classes * alpha + 1.0));
        for (const double share : mean) {
            EXPECT_NEAR(share, 1.0 / classes, 4.5 * std::sqrt(variance / rounds)) << "alpha " << alpha;
        }
        // The sum of squares of one mix lies in [1 / K, 1], so its deviation is at most half of that.
        EXPECT_NEAR(squares, (alpha + 1.0) / (classes * alpha + 1.0), 4.5 * 0.45 / std::sqrt(rounds))
            << "alpha " << alpha;
    }
}

/// The share of one of K classes has the distribution Beta(alpha, (K - 1) alpha): closed for two pairs.
TEST(StreamOrder, SharesHaveTheDistributionOfTheirDefinition) {
    constexpr std::uint32_t rounds = 4000;
    const auto shares = [](const std::string& alpha, std::uint32_t classes) {
        const auto order = of_kind("class_runs, alpha: " + alpha);
        std::vector<double> found;
        for (std::uint32_t round = 0; round < rounds; ++round) {
            found.push_back(mix_of(order, classes, 0, round)[round % classes]);
        }
        return found;
    };
    const double most = 1.95 / std::sqrt(rounds);  // one in a thousand is beyond it by chance
    EXPECT_LT(kolmogorov_smirnov(shares("1", 10), [](double x) { return 1.0 - std::pow(1.0 - x, 9); }), most);
    EXPECT_LT(
        kolmogorov_smirnov(shares("0.5", 2), [](double x) { return 2.0 / std::numbers::pi * std::asin(std::sqrt(x)); }),
        most);
    // What this can tell: another concentration is far beyond.
    EXPECT_GT(kolmogorov_smirnov(shares("0.6", 10), [](double x) { return 1.0 - std::pow(1.0 - x, 9); }), 2 * most);
}

TEST(StreamOrder, ATinyConcentrationLeavesOneClass) {
    const auto order = of_kind("class_runs, alpha: 1e-9");
    std::vector<int> met(5, 0);
    for (std::uint32_t round = 0; round < 500; ++round) {
        const auto mix = mix_of(order, 5, 0, round);
        const auto largest = std::ranges::max_element(mix);
        EXPECT_EQ(*largest, 1.0);
        ++met[static_cast<std::size_t>(largest - mix.begin())];
    }
    for (const int rounds : met) {
        EXPECT_NEAR(rounds, 100, 4.5 * std::sqrt(500 * 0.2 * 0.8));
    }
}

}  // namespace
}  // namespace mlaasim::sim
