// Samples drawn by their classes, compared with counts by hand and with the distributions that they should have.
#include "sim/stream/draw_by_class.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "sim/stream/order.hpp"
#include "support/chosen.hpp"

namespace mlaasim::sim {
namespace {

using Samples = std::vector<std::uint32_t>;

/// A pool of `classes` classes in turn: sample i has class i % classes.
std::vector<std::uint8_t> labels_in_turn(std::size_t samples, std::uint32_t classes) {
    std::vector<std::uint8_t> labels(samples);
    for (std::size_t i = 0; i < samples; ++i) {
        labels[i] = static_cast<std::uint8_t>(i % classes);
    }
    return labels;
}

Samples all_of(std::size_t samples) {
    Samples all(samples);
    std::iota(all.begin(), all.end(), 0U);
    return all;
}

RandomStream stream(std::uint64_t entity) { return {Seed{5}, Purpose::test, entity, 0}; }

/// The first `count` drawn of a holder that has these samples.
Samples drawn(Samples samples, std::size_t count, const std::vector<std::uint8_t>& labels,
              const std::vector<double>& mix, std::uint64_t entity) {
    const Samples before = samples;
    draw_by_class(samples, count, labels, mix, stream(entity));
    Samples sorted = samples;
    std::ranges::sort(sorted);
    Samples expected = before;
    std::ranges::sort(expected);
    EXPECT_EQ(sorted, expected) << "no sample is lost or there twice";
    samples.resize(count);
    return samples;
}

TEST(DrawByClass, RepeatsExactly) {
    const auto labels = labels_in_turn(100, 4);
    const std::vector<double> mix{0.4, 0.3, 0.2, 0.1};
    EXPECT_EQ(drawn(all_of(100), 30, labels, mix, 1), drawn(all_of(100), 30, labels, mix, 1));
    EXPECT_NE(drawn(all_of(100), 30, labels, mix, 1), drawn(all_of(100), 30, labels, mix, 2));
}

/// While no class runs out, the classes of a window are drawn independently from the mix, and its samples within their
/// class alike.
TEST(DrawByClass, ClassesFollowTheMixAndSamplesOfAClassAreAlike) {
    constexpr std::size_t windows = 3000;
    constexpr std::size_t count = 10;
    const auto labels = labels_in_turn(200, 4);
    const std::vector<double> mix{0.55, 0.3, 0.15, 0.0};
    std::vector<double> by_class(4, 0.0);
    std::vector<double> by_sample(200, 0.0);
    double squares_of_first = 0.0;
    for (std::size_t window = 0; window < windows; ++window) {
        double of_first = 0.0;
        for (const std::uint32_t sample : drawn(all_of(200), count, labels, mix, window)) {
            by_class[labels[sample]] += 1.0;
            by_sample[sample] += 1.0;
            of_first += labels[sample] == 0 ? 1.0 : 0.0;
        }
        squares_of_first += std::pow(of_first - count * mix[0], 2) / windows;
    }
    double chi_squared = 0.0;
    for (std::size_t label = 0; label < 3; ++label) {
        const double expected = windows * count * mix[label];
        chi_squared += std::pow(by_class[label] - expected, 2) / expected;
    }
    EXPECT_LT(chi_squared, 13.8) << "two degrees of freedom, p = .001";
    EXPECT_EQ(by_class[3], 0.0);
    // Binomial: n p (1 - p); its fourth central moment is below 3 times its square.
    const double variance = count * mix[0] * (1.0 - mix[0]);
    EXPECT_NEAR(squares_of_first, variance, 4.5 * variance * std::sqrt(2.0 / windows));
    for (std::size_t sample = 0; sample < 200; sample += 4) {
        const double expected = by_class[0] / 50;
        EXPECT_NEAR(by_sample[sample], expected, 4.5 * std::sqrt(expected)) << sample;
    }
}

TEST(DrawByClass, TheFirstSamplesAreAsMixedAsTheLast) {
    const auto labels = labels_in_turn(400, 2);
    std::vector<double> of_place(20, 0.0);
    for (std::uint64_t window = 0; window < 2000; ++window) {
        const Samples its = drawn(all_of(400), 20, labels, {0.8, 0.2}, window);
        for (std::size_t place = 0; place < its.size(); ++place) {
            of_place[place] += labels[its[place]] == 0 ? 1.0 : 0.0;
        }
    }
    for (const double found : of_place) {
        EXPECT_NEAR(found, 2000 * 0.8, 4.5 * std::sqrt(2000 * 0.8 * 0.2));
    }
}

TEST(DrawByClass, AClassThatAHolderLacksLeavesTheOthersTheirProportions) {
    const auto labels = labels_in_turn(300, 3);
    Samples without_the_first;
    std::ranges::copy_if(all_of(300), std::back_inserter(without_the_first),
                         [&](std::uint32_t sample) { return labels[sample] != 0; });
    double of_second = 0.0;
    for (std::uint64_t window = 0; window < 1000; ++window) {
        for (const std::uint32_t sample : drawn(without_the_first, 10, labels, {0.5, 0.4, 0.1}, window)) {
            of_second += labels[sample] == 1 ? 1.0 : 0.0;
        }
    }
    EXPECT_NEAR(of_second, 10000 * 0.8, 4.5 * std::sqrt(10000 * 0.8 * 0.2));
}

TEST(DrawByClass, AClassThatRunsOutGivesWayToTheOthers) {
    const auto labels = labels_in_turn(12, 3);  // four samples of each
    const Samples its = drawn(all_of(12), 7, labels, {1.0, 0.0, 0.0}, 3);
    for (std::size_t place = 0; place < 4; ++place) {
        EXPECT_EQ(labels[its[place]], 0);
    }
    EXPECT_TRUE(std::all_of(its.begin() + 4, its.end(), [&](std::uint32_t sample) { return labels[sample] != 0; }));
}

/// Two classes are left, without a share: 2 samples of the one and 6 of the other. All eight are alike then.
TEST(DrawByClass, WithoutASharePlacesGoToTheSamplesAlike) {
    const std::vector<std::uint8_t> labels{0, 1, 1, 2, 2, 2, 2, 2, 2};
    std::vector<double> met(9, 0.0);
    for (std::uint64_t window = 0; window < 4000; ++window) {
        met[drawn(all_of(9), 2, labels, {1.0, 0.0, 0.0}, window)[1]] += 1.0;
    }
    EXPECT_EQ(met[0], 0.0);
    for (std::size_t sample = 1; sample < 9; ++sample) {
        EXPECT_NEAR(met[sample], 500.0, 4.5 * std::sqrt(4000 * 0.125 * 0.875));
    }
}

TEST(DrawByClass, AllOfAPoolIsAllOfIt) {
    const auto labels = labels_in_turn(9, 3);
    Samples its = drawn(all_of(9), 9, labels, {0.1, 0.1, 0.8}, 1);
    std::ranges::sort(its);
    EXPECT_EQ(its, all_of(9));
    EXPECT_TRUE(drawn({}, 0, labels, {0.1, 0.1, 0.8}, 1).empty());
}

/// With a mix from Dirichlet(alpha) the count of a class in a window of n has a Dirichlet-multinomial distribution:
/// mean n / K and variance n / K (1 - 1 / K) (n + K alpha) / (1 + K alpha). Shuffled streams have n / K (1 - 1 / K) at
/// most.
TEST(DrawByClass, WindowsOfClassRunsAreDirichletMultinomial) {
    constexpr std::uint32_t classes = 6;
    constexpr std::uint32_t windows = 4000;
    constexpr double n = 20;
    const auto labels = labels_in_turn(6 * 20, classes);  // as many of each class as a window has: none runs out
    for (const double alpha : {0.1, 1.0}) {
        const auto order = testing::chosen(stream_order_kinds(), "kind: class_runs, alpha: " + std::to_string(alpha));
        double sum = 0.0;
        std::vector<double> squares;
        const double mean = n / classes;
        for (std::uint32_t round = 0; round < windows; ++round) {
            const auto mix = order->class_mix(classes, ClientId{0}, Round{round}, Seed{3});
            const Samples its = drawn(all_of(labels.size()), 20, labels, mix, round);
            const auto count = static_cast<double>(
                std::ranges::count_if(its, [&](std::uint32_t sample) { return labels[sample] == 2; }));
            sum += count;
            squares.push_back((count - mean) * (count - mean));
        }
        const double variance = mean * (1.0 - 1.0 / classes) * (n + classes * alpha) / (1.0 + classes * alpha);
        EXPECT_NEAR(sum / windows, mean, 4.5 * std::sqrt(variance / windows)) << "alpha " << alpha;
        const double found = std::accumulate(squares.begin(), squares.end(), 0.0) / windows;
        double spread = 0.0;
        for (const double square : squares) {
            spread += (square - found) * (square - found) / windows;
        }
        EXPECT_NEAR(found, variance, 4.5 * std::sqrt(spread / windows)) << "alpha " << alpha;
    }
}

}  // namespace
}  // namespace mlaasim::sim
