#include "sim/core/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

using Block = std::array<std::uint32_t, 4>;

/// Philox 4x32-10 as the paper has it, written apart from the library that RandomStream uses.
Block philox(Block counter, std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t a = std::uint64_t{0xD2511F53U} * counter[0];
        const std::uint64_t b = std::uint64_t{0xCD9E8D57U} * counter[2];
        counter = {static_cast<std::uint32_t>(b >> 32U) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
                   static_cast<std::uint32_t>(a >> 32U) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
        key = {key[0] + 0x9E3779B9U, key[1] + 0xBB67AE85U};
    }
    return counter;
}

RandomStream test_stream(std::uint64_t entity = 0, std::uint32_t round = 0) {
    return {Seed{42}, Purpose::test, entity, round};
}

template <class Draw>
std::vector<double> draws(std::size_t n, Draw draw) {
    std::vector<double> values(n);
    std::generate(values.begin(), values.end(), draw);
    return values;
}

double mean(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double central_moment(const std::vector<double>& values, double power) {
    const double centre = mean(values);
    double sum = 0.0;
    for (const double value : values) {
        sum += std::pow(value - centre, power);
    }
    return sum / static_cast<double>(values.size());
}

// Random123's kat_vectors, philox4x32 with 10 rounds.
TEST(Random, KnownAnswers) {
    EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
              (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
    // The first of them through a stream whose purpose, entity and round are all zero.
    RandomStream zero{Seed{0}, static_cast<Purpose>(0), 0, 0};
    for (const std::uint32_t expected : {0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U}) {
        EXPECT_EQ(zero(), expected);
    }
}

TEST(Random, KeyIsTheSeedAndTheCounterHoldsTheRest) {
    RandomStream stream{Seed{0x0123456789ABCDEF}, Purpose::shuffle, 0x00AABBCC11223344, 77};
    for (std::uint32_t block = 0; block < 3; ++block) {
        const Block expected = philox({block, 77, 0x11223344, 0x0AAABBCC}, {0x89ABCDEF, 0x01234567});
        for (const std::uint32_t number : expected) {
            EXPECT_EQ(stream(), number);
        }
    }
}

TEST(Random, SameKeySameNumbers) {
    RandomStream first = test_stream(5, 6);
    const std::vector<double> once = draws(100, [&] { return first.uniform() + first.normal() + first.gamma(0.3); });
    RandomStream again = test_stream(5, 6);
    EXPECT_EQ(once, draws(100, [&] { return again.uniform() + again.normal() + again.gamma(0.3); }));
}

TEST(Random, StreamsDifferBySeedPurposeEntityAndRound) {
    std::set<std::uint32_t> numbers;
    std::size_t drawn = 0;
    const auto take = [&](RandomStream stream) {
        for (int i = 0; i < 16; ++i, ++drawn) {
            numbers.insert(stream());
        }
    };
    take({Seed{1}, Purpose::test, 2, 3});
    take({Seed{2}, Purpose::test, 2, 3});
    take({Seed{1ULL << 32U}, Purpose::test, 2, 3});
    take({Seed{1}, Purpose::bandit, 2, 3});
    take({Seed{1}, Purpose::test, 3, 2});
    take({Seed{1}, Purpose::test, 2, 4});
    take({Seed{1}, Purpose::test, 2ULL << 32U, 3});
    EXPECT_EQ(numbers.size(), drawn);
}

TEST(Random, NeighbouringStreamsAreUncorrelated) {
    constexpr int n = 20000;
    for (const auto& [entity, round] : {std::pair{1U, 0U}, {0U, 1U}}) {
        RandomStream one = test_stream();
        RandomStream other = test_stream(entity, round);
        double sum = 0.0;
        for (int i = 0; i < n; ++i) {
            sum += (one.uniform() - 0.5) * (other.uniform() - 0.5);
        }
        // The standard deviation of the correlation of n independent pairs is 1 / sqrt(n).
        EXPECT_LT(std::abs(sum / n * 12.0), 4.0 / std::sqrt(n));
    }
}

TEST(Random, UniformMomentsAndRange) {
    RandomStream stream = test_stream();
    const auto values = draws(100000, [&] { return stream.uniform(); });
    EXPECT_GE(*std::min_element(values.begin(), values.end()), 0.0);
    EXPECT_LT(*std::max_element(values.begin(), values.end()), 1.0);
    EXPECT_NEAR(mean(values), 0.5, 0.004);
    EXPECT_NEAR(central_moment(values, 2), 1.0 / 12.0, 0.002);
    const auto wide = draws(1000, [&] { return stream.uniform(-3.0, 5.0); });
    EXPECT_GE(*std::min_element(wide.begin(), wide.end()), -3.0);
    EXPECT_LT(*std::max_element(wide.begin(), wide.end()), 5.0);
    EXPECT_NEAR(mean(wide), 1.0, 0.3);
}

TEST(Random, NormalMoments) {
    RandomStream stream = test_stream();
    const auto values = draws(100000, [&] { return stream.normal(); });
    EXPECT_NEAR(mean(values), 0.0, 0.013);
    EXPECT_NEAR(central_moment(values, 2), 1.0, 0.02);
    EXPECT_NEAR(central_moment(values, 3), 0.0, 0.05);
    EXPECT_NEAR(central_moment(values, 4), 3.0, 0.15);
}

TEST(Random, GammaMoments) {
    for (const double shape : {0.1, 0.5, 1.0, 2.5, 30.0}) {
        RandomStream stream = test_stream(static_cast<std::uint64_t>(shape * 10));
        constexpr int n = 100000;
        const auto values = draws(n, [&] { return stream.gamma(shape); });
        EXPECT_GE(*std::min_element(values.begin(), values.end()), 0.0) << shape;
        // Mean and variance are the shape; the variance of the sample variance is (2 shape^2 + 6 shape) / n.
        EXPECT_NEAR(mean(values), shape, 4.0 * std::sqrt(shape / n)) << shape;
        EXPECT_NEAR(central_moment(values, 2), shape, 4.0 * std::sqrt((2.0 * shape * shape + 6.0 * shape) / n))
            << shape;
    }
    EXPECT_THROW(test_stream().gamma(0.0), ContractViolation);
}

TEST(Random, BelowIsUnbiased) {
    for (const std::uint32_t n : {2U, 7U, 10U, 1000U}) {
        RandomStream stream = test_stream(n);
        const double expected = 200.0;
        std::vector<double> counts(n, 0.0);
        for (std::uint32_t i = 0; i < n * 200; ++i) {
            counts.at(stream.below(n)) += 1.0;
        }
        double chi_square = 0.0;
        for (const double count : counts) {
            chi_square += (count - expected) * (count - expected) / expected;
        }
        // n - 1 degrees of freedom: mean n - 1, variance 2 (n - 1).
        EXPECT_LT(chi_square, n - 1 + 4.0 * std::sqrt(2.0 * (n - 1)) + 4.0) << n;
    }
}

TEST(Random, BelowIsUnbiasedWhereAModuloWouldNotBe) {
    // Of 3 x 2^30 values a plain modulo or product would hit a third twice as often as the others.
    constexpr std::uint32_t n = 3U << 30U;
    RandomStream stream = test_stream();
    std::array<int, 3> thirds{};
    std::array<int, 3> residues{};
    constexpr int draws_made = 30000;
    for (int i = 0; i < draws_made; ++i) {
        const std::uint32_t value = stream.below(n);
        ASSERT_LT(value, n);
        ++thirds[value >> 30U];
        ++residues[value % 3];
    }
    for (int i = 0; i < 3; ++i) {
        EXPECT_NEAR(thirds[static_cast<std::size_t>(i)], draws_made / 3, 400);
        EXPECT_NEAR(residues[static_cast<std::size_t>(i)], draws_made / 3, 400);
    }
}

TEST(Random, BelowOneAndZero) {
    RandomStream stream = test_stream();
    EXPECT_EQ(stream.below(1), 0U);
    EXPECT_THROW(stream.below(0), ContractViolation);
}

TEST(Random, ShuffleIsAPermutation) {
    std::vector<std::uint32_t> values(1000);
    std::iota(values.begin(), values.end(), 0U);
    const auto sorted = values;
    test_stream().shuffle(values);
    EXPECT_NE(values, sorted);
    EXPECT_TRUE(std::is_permutation(values.begin(), values.end(), sorted.begin()));
    std::vector<std::uint32_t> none;
    test_stream().shuffle(none);
    EXPECT_TRUE(none.empty());
}

TEST(Random, ShuffleReachesEveryOrderAlike) {
    std::array<int, 6> counts{};
    for (std::uint32_t round = 0; round < 6000; ++round) {
        std::vector<std::uint32_t> values{0, 1, 2};
        test_stream(0, round).shuffle(values);
        ++counts[values[0] * 2 + (values[1] > values[2] ? 1 : 0)];
    }
    for (const int count : counts) {
        EXPECT_NEAR(count, 1000, 120);
    }
}

}  // namespace
}  // namespace mlaasim::sim
