#include "fl/aggregation/fixed_point_sum.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/core/error.hpp"
#include "sim/core/random.hpp"

namespace mlaasim::fl {
namespace {

using Floats = std::vector<float>;
using Outcome = FixedPointSum::Outcome;

constexpr std::size_t size = 37;

struct Term {
    Floats row;
    std::int64_t weight;
};

std::vector<Term> some_terms(std::size_t count, std::uint32_t largest_weight, double magnitude = 1.0) {
    sim::RandomStream random{sim::Seed{2}, sim::Purpose::test, count, largest_weight};
    std::vector<Term> terms(count);
    for (Term& term : terms) {
        term.row.resize(size);
        std::generate(term.row.begin(), term.row.end(),
                      [&] { return static_cast<float>(magnitude * random.normal()); });
        term.weight = 1 + random.below(largest_weight);
    }
    return terms;
}

std::int64_t largest_weight(const std::vector<Term>& terms) {
    return std::max_element(terms.begin(), terms.end(),
                            [](const Term& a, const Term& b) { return a.weight < b.weight; })
        ->weight;
}

std::int64_t total_weight(const std::vector<Term>& terms) {
    return std::accumulate(terms.begin(), terms.end(), std::int64_t{0},
                           [](std::int64_t sum, const Term& term) { return sum + term.weight; });
}

FixedPointScale scale_of(const std::vector<Term>& terms, double bound = 256.0) {
    return {bound, largest_weight(terms), total_weight(terms)};
}

FixedPointSum sum_of(const std::vector<Term>& terms, const FixedPointScale& scale) {
    FixedPointSum sum{terms.front().row.size(), scale};
    for (const Term& term : terms) {
        EXPECT_EQ(sum.add(term.row, term.weight), Outcome::added);
    }
    return sum;
}

Floats mean_of(const FixedPointSum& sum, std::size_t n = size) {
    Floats out(n);
    sum.mean(out);
    return out;
}

std::vector<std::int64_t> units_of(FixedPointSum& sum) { return {sum.units().begin(), sum.units().end()}; }

/// The documented resolution of the mean of n terms, before it is rounded to float.
double resolution(const std::vector<Term>& terms, double bound) {
    const double unit = bound * std::max(std::ldexp(static_cast<double>(largest_weight(terms)), -49),
                                         std::ldexp(static_cast<double>(total_weight(terms)), -60));
    return unit * static_cast<double>(terms.size()) / (2.0 * static_cast<double>(total_weight(terms)));
}

TEST(FixedPointSum, MeanIsTheDoubleMeanWithinTheStatedResolution) {
    for (const std::uint32_t weight : {1U, 10U, 5000U}) {
        for (const std::size_t count : {std::size_t{1}, std::size_t{3}, std::size_t{500}}) {
            const auto terms = some_terms(count, weight);
            const Floats mean = mean_of(sum_of(terms, scale_of(terms)));
            const double allowed = resolution(terms, 256.0);
            EXPECT_LT(allowed, 1e-10);  // far below float's resolution of numbers around 1
            for (std::size_t i = 0; i < size; ++i) {
                long double expected = 0.0L;
                for (const Term& term : terms) {
                    expected += static_cast<long double>(term.row[i]) * term.weight;
                }
                const auto exact = static_cast<double>(expected / total_weight(terms));
                const double half_an_ulp = std::abs(exact) * 0x1p-24 * 1.001 + FLT_MIN;
                EXPECT_NEAR(mean[i], exact, allowed + half_an_ulp);
            }
        }
    }
}

TEST(FixedPointSum, WeightsWeigh) {
    FixedPointSum sum{2, {256.0, 3, 4}};
    EXPECT_EQ(sum.add(Floats{1.0F, -2.0F}, 3), Outcome::added);
    EXPECT_EQ(sum.add(Floats{5.0F, 6.0F}, 1), Outcome::added);
    EXPECT_EQ(sum.weight(), 4);
    EXPECT_EQ(mean_of(sum, 2), (Floats{2.0F, 0.0F}));
}

TEST(FixedPointSum, OrderDoesNotChangeABit) {
    auto terms = some_terms(200, 1000);
    const FixedPointScale scale = scale_of(terms);
    auto sum = sum_of(terms, scale);
    const auto units = units_of(sum);
    std::vector<std::uint32_t> order(terms.size());
    std::iota(order.begin(), order.end(), 0U);
    for (std::uint32_t round = 0; round < 20; ++round) {
        sim::RandomStream{sim::Seed{1}, sim::Purpose::test, 1, round}.shuffle(order);
        FixedPointSum shuffled{size, scale};
        for (const std::uint32_t i : order) {
            shuffled.add(terms[i].row, terms[i].weight);
        }
        EXPECT_EQ(units_of(shuffled), units);
    }
    // The test would notice: sums in float do depend on the order.
    float forwards = 0.0F;
    float backwards = 0.0F;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        forwards += terms[i].row[0];
        backwards += terms[terms.size() - 1 - i].row[0];
    }
    EXPECT_NE(forwards, backwards);
}

TEST(FixedPointSum, SplitOverRanksDoesNotChangeABit) {
    const auto terms = some_terms(60, 300);
    const FixedPointScale scale = scale_of(terms);
    auto whole = sum_of(terms, scale);
    for (const std::size_t ranks : {2U, 3U, 7U, 100U}) {
        std::vector<FixedPointSum> parts(ranks, FixedPointSum{size, scale});
        for (std::size_t t = 0; t < terms.size(); ++t) {
            parts[t * 13 % ranks].add(terms[t].row, terms[t].weight);
        }
        FixedPointSum total{size, scale};
        for (FixedPointSum& part : parts) {
            std::transform(part.units().begin(), part.units().end(), total.units().begin(), total.units().begin(),
                           std::plus<>{});
        }
        EXPECT_EQ(units_of(total), units_of(whole)) << ranks;
        EXPECT_EQ(total.weight(), total_weight(terms));
        EXPECT_EQ(mean_of(total), mean_of(whole)) << ranks;
    }
}

TEST(FixedPointSum, SubtractUndoesAdd) {
    const auto terms = some_terms(50, 700, 3.0);
    const FixedPointScale scale = scale_of(terms);
    auto all = sum_of(terms, scale);
    for (std::size_t left_out = 0; left_out < terms.size(); left_out += 7) {
        FixedPointSum others = all;
        others.subtract(terms[left_out].row, terms[left_out].weight);
        FixedPointSum never_added{size, scale};
        for (std::size_t t = 0; t < terms.size(); ++t) {
            if (t != left_out) {
                never_added.add(terms[t].row, terms[t].weight);
            }
        }
        EXPECT_EQ(units_of(others), units_of(never_added));
    }
    for (const Term& term : terms) {
        all.subtract(term.row, term.weight);
    }
    EXPECT_EQ(units_of(all), std::vector<std::int64_t>(size + 1, 0));
}

TEST(FixedPointSum, RowsThatCannotBeAddedAddNothing) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const std::pair<float, Outcome> cases[] = {
        {std::numeric_limits<float>::quiet_NaN(), Outcome::not_finite},
        {-std::numeric_limits<float>::quiet_NaN(), Outcome::not_finite},
        {std::numeric_limits<float>::signaling_NaN(), Outcome::not_finite},
        {infinity, Outcome::not_finite},
        {-infinity, Outcome::not_finite},
        {FLT_MAX, Outcome::too_large},
        {-FLT_MAX, Outcome::too_large},
        {std::nextafter(256.0F, 300.0F), Outcome::too_large},
        {-std::nextafter(256.0F, 300.0F), Outcome::too_large},
        {256.0F, Outcome::added},
        {-256.0F, Outcome::added},
        {FLT_TRUE_MIN, Outcome::added},
        {-0.0F, Outcome::added},
    };
    for (const auto& [value, outcome] : cases) {
        for (const std::size_t where : {std::size_t{0}, std::size_t{17}, size - 1}) {
            FixedPointSum sum{size, {256.0, 4, 8}};
            sum.add(Floats(size, 0.5F), 4);
            const auto before = units_of(sum);
            Floats row(size, 0.25F);
            row[where] = value;
            EXPECT_EQ(sum.add(row, 4), outcome) << value << " at " << where;
            EXPECT_EQ(units_of(sum) == before, outcome != Outcome::added) << value << " at " << where;
        }
    }
}

TEST(FixedPointSum, NanBesideALargeNumberIsStillNotFinite) {
    FixedPointSum sum{2, {256.0, 1, 1}};
    EXPECT_EQ(sum.add(Floats{1e30F, std::numeric_limits<float>::quiet_NaN()}, 1), Outcome::not_finite);
}

TEST(FixedPointSum, RoundsToTheNearestUnitAndTiesToEven) {
    const FixedPointScale scale{256.0, 1, 1};
    const double unit = std::ldexp(1.0, -scale.shift());
    for (const auto& [value, units] : {std::pair{0.25, 0},
                                       {0.5, 0},
                                       {0.75, 1},
                                       {1.5, 2},
                                       {2.5, 2},
                                       {-0.5, 0},
                                       {-0.75, -1},
                                       {-1.5, -2},
                                       {-2.5, -2},
                                       {3.0, 3}}) {
        FixedPointSum sum{1, scale};
        sum.add(Floats{static_cast<float>(value * unit)}, 1);
        EXPECT_EQ(sum.units()[0], units) << value;
    }
}

TEST(FixedPointSum, ATinyBoundHasAFineUnit) {
    auto terms = some_terms(20, 5, 1e-6);
    const FixedPointScale fine = scale_of(terms, 1e-4);
    EXPECT_GT(fine.shift(), scale_of(terms, 256.0).shift());
    const Floats mean = mean_of(sum_of(terms, fine));
    for (std::size_t i = 0; i < size; ++i) {
        double expected = 0.0;
        for (const Term& term : terms) {
            expected += static_cast<double>(term.row[i]) * static_cast<double>(term.weight);
        }
        expected /= static_cast<double>(total_weight(terms));
        EXPECT_NEAR(mean[i], expected, std::abs(expected) * 1e-7 + resolution(terms, 1e-4));
    }
}

TEST(FixedPointSum, ScaleFollowsBoundAndWeights) {
    // A term may fill 2^50 units, the sum 2^61.
    EXPECT_EQ(FixedPointScale(1.0, 1, 1).shift(), 50);
    EXPECT_EQ(FixedPointScale(256.0, 1, 1).shift(), 42);
    EXPECT_EQ(FixedPointScale(1.0, 1024, 1024).shift(), 40);
    EXPECT_EQ(FixedPointScale(1.0, 1000, 1000).shift(), 40);
    EXPECT_EQ(FixedPointScale(1.0, 1, 2048).shift(), 50);
    EXPECT_EQ(FixedPointScale(1.0, 1, 2049).shift(), 49);
    EXPECT_EQ(FixedPointScale(1.0, 1, std::int64_t{1} << 40).shift(), 21);
    EXPECT_THROW((FixedPointScale{0.0, 1, 1}), sim::ContractViolation);
    EXPECT_THROW((FixedPointScale{std::numeric_limits<double>::infinity(), 1, 1}), sim::ContractViolation);
    EXPECT_THROW((FixedPointScale{std::numeric_limits<double>::quiet_NaN(), 1, 1}), sim::ContractViolation);
    EXPECT_THROW((FixedPointScale{1.0, 0, 1}), sim::ContractViolation);
    EXPECT_THROW((FixedPointScale{1.0, 5, 4}), sim::ContractViolation);
}

TEST(FixedPointSum, NothingOverflowsAtTheLimits) {
    // Every parameter at the bound, every weight the largest, for weights and counts at awkward sizes.
    for (const std::int64_t weight : {std::int64_t{1}, std::int64_t{3}, std::int64_t{65537}, std::int64_t{1} << 40}) {
        for (const std::int64_t count : {1, 2, 1000, 5000}) {
            for (const float bound : {256.0F, 1.0F, 3.0e38F, 1.0e-30F}) {
                const FixedPointScale scale{static_cast<double>(bound), weight, weight * count};
                FixedPointSum sum{2, scale};
                for (std::int64_t i = 0; i < count; ++i) {
                    ASSERT_EQ(sum.add(Floats{bound, -bound}, weight), Outcome::added);
                }
                EXPECT_GT(sum.units()[0], 0);
                EXPECT_LT(sum.units()[0], std::int64_t{1} << 62);
                EXPECT_EQ(sum.units()[0], -sum.units()[1]);
                EXPECT_EQ(mean_of(sum, 2), (Floats{bound, -bound})) << weight << " " << count << " " << bound;
            }
        }
    }
}

TEST(FixedPointSum, ExtremeWeightsSideBySide) {
    constexpr std::int64_t heavy = 1000000000;
    const FixedPointScale scale{256.0, heavy, heavy + 1};
    FixedPointSum sum{1, scale};
    sum.add(Floats{1.0F}, heavy);
    sum.add(Floats{200.0F}, 1);
    EXPECT_NEAR(mean_of(sum, 1)[0], (1.0 * heavy + 200.0) / (heavy + 1.0), 1e-7);
    sum.subtract(Floats{1.0F}, heavy);
    EXPECT_EQ(sum.weight(), 1);
    EXPECT_NEAR(mean_of(sum, 1)[0], 200.0F, 1e-4);
}

TEST(FixedPointSum, AWeightBeyondTheScalesIsABug) {
    FixedPointSum sum{1, {256.0, 10, 100}};
    EXPECT_THROW(sum.add(Floats{1.0F}, 11), sim::ContractViolation);
    EXPECT_THROW(sum.add(Floats{1.0F}, -1), sim::ContractViolation);
    EXPECT_EQ(sum.add(Floats{1.0F}, 0), Outcome::added);
    EXPECT_EQ(sum.weight(), 0);
}

TEST(FixedPointSum, BadUse) {
    FixedPointSum sum{3, {256.0, 1, 1}};
    EXPECT_THROW(sum.add(Floats(4), 1), sim::ContractViolation);
    EXPECT_THROW(sum.subtract(Floats(2), 1), sim::ContractViolation);
    Floats out(3);
    EXPECT_THROW(sum.mean(out), sim::ContractViolation);  // no weight
    sum.add(Floats(3), 1);
    Floats short_one(2);
    EXPECT_THROW(sum.mean(short_one), sim::ContractViolation);
}

TEST(DivergenceBound, IsAPowerOfTwoAboveTheReference) {
    EXPECT_EQ(divergence_bound(Floats{}), 256.0);
    EXPECT_EQ(divergence_bound(Floats{0.0F, -0.1F}), 256.0);
    EXPECT_EQ(divergence_bound(Floats{1.0F}), 256.0);
    EXPECT_EQ(divergence_bound(Floats{0.5F, -1.5F}), 512.0);
    EXPECT_EQ(divergence_bound(Floats{-4.0F}), 1024.0);
    EXPECT_EQ(divergence_bound(Floats{FLT_MAX}), std::ldexp(1.0, 136));
    EXPECT_THROW(static_cast<void>(divergence_bound(Floats{std::numeric_limits<float>::quiet_NaN()})),
                 sim::ContractViolation);
    EXPECT_THROW(static_cast<void>(divergence_bound(Floats{-std::numeric_limits<float>::infinity()})),
                 sim::ContractViolation);
}

TEST(DivergenceBound, AModelCanBeAddedUnderItsOwnBound) {
    for (const float magnitude : {1e-20F, 0.3F, 1.0F, 77.0F, 1e20F, FLT_MAX}) {
        const Floats row{magnitude, -magnitude};
        FixedPointSum sum{2, {divergence_bound(row), 600, 600000}};
        EXPECT_EQ(sum.add(row, 600), Outcome::added) << magnitude;
    }
}

TEST(FixedPointSum, ManyRowsAtOnceAreThoseRowsOneByOne) {
    for (const std::size_t count : {1U, 3U, 4U, 9U, 22U}) {
        std::vector<Term> terms = some_terms(count, 30);
        terms[count / 2].row[5] = std::numeric_limits<float>::quiet_NaN();
        terms[count - 1].row[0] = 1e30F;
        const FixedPointScale scale = scale_of(terms);
        FixedPointSum one_by_one{size, scale};
        FixedPointSum together{size, scale};
        std::vector<Outcome> outcomes;
        std::vector<std::span<const float>> rows;
        std::vector<std::int64_t> weights;
        for (const Term& term : terms) {
            outcomes.push_back(one_by_one.add(term.row, term.weight));
            rows.emplace_back(term.row);
            weights.push_back(term.weight);
        }
        EXPECT_EQ(together.add(rows, weights), outcomes) << count;
        EXPECT_TRUE(std::equal(together.units().begin(), together.units().end(), one_by_one.units().begin())) << count;
    }
}

}  // namespace
}  // namespace mlaasim::fl
