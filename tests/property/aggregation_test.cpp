#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "fl/aggregation/fixed_point_sum.hpp"
#include "sim/core/random.hpp"

namespace mlaasim::fl {
namespace {

using Floats = std::vector<float>;

/// Members of a composition: rows of one size within the bound, and weights.
struct Cohort {
    double bound;
    std::vector<Floats> rows;
    std::vector<std::int64_t> weights;

    [[nodiscard]] std::size_t size() const { return rows.front().size(); }
    [[nodiscard]] FixedPointScale scale() const {
        return {bound, *std::max_element(weights.begin(), weights.end()),
                std::accumulate(weights.begin(), weights.end(), std::int64_t{0})};
    }
};

/// Any finite float up to the bound: mostly of the size of real parameters, sometimes tiny, zero or at the bound.
float any_parameter(double bound) {
    const auto sign = *rc::gen::element(-1.0, 1.0);
    const auto mantissa = *rc::gen::inRange<std::uint32_t>(0, 1U << 24U);
    const auto exponent = *rc::gen::weightedElement<int>({{8, 0}, {4, -8}, {2, -30}, {1, -140}});
    return static_cast<float>(sign * bound * std::ldexp(static_cast<double>(mantissa), exponent - 24));
}

Cohort any_cohort() {
    Cohort cohort;
    cohort.bound = *rc::gen::element(256.0, 1024.0, 1e-3, 3.0, 1e30);
    const auto members = *rc::gen::inRange<std::size_t>(1, 12);
    const auto size = *rc::gen::inRange<std::size_t>(1, 20);
    const auto heaviest = *rc::gen::element<std::int64_t>(1, 600, 1000000007);
    for (std::size_t m = 0; m < members; ++m) {
        Floats row(size);
        std::generate(row.begin(), row.end(), [&] { return any_parameter(cohort.bound); });
        cohort.rows.push_back(std::move(row));
        cohort.weights.push_back(*rc::gen::inRange<std::int64_t>(1, heaviest + 1));
    }
    return cohort;
}

std::vector<std::uint32_t> any_order(std::size_t count) {
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    sim::RandomStream{sim::Seed{*rc::gen::arbitrary<std::uint64_t>()}, sim::Purpose::test, 0, 0}.shuffle(order);
    return order;
}

std::vector<std::int64_t> units_of(FixedPointSum& sum) { return {sum.units().begin(), sum.units().end()}; }

FixedPointSum sum_of(const Cohort& cohort) {
    FixedPointSum sum{cohort.size(), cohort.scale()};
    for (std::size_t m = 0; m < cohort.rows.size(); ++m) {
        RC_ASSERT(sum.add(cohort.rows[m], cohort.weights[m]) == FixedPointSum::Outcome::added);
    }
    return sum;
}

TEST(AggregationProperty, OrderAndGroupingNeverChangeBits) {
    EXPECT_TRUE(rc::check([] {
        const Cohort cohort = any_cohort();
        const auto ranks = *rc::gen::inRange<std::size_t>(1, 9);
        std::vector<FixedPointSum> parts(ranks, FixedPointSum{cohort.size(), cohort.scale()});
        for (const std::uint32_t m : any_order(cohort.rows.size())) {
            parts[*rc::gen::inRange<std::size_t>(0, ranks)].add(cohort.rows[m], cohort.weights[m]);
        }
        FixedPointSum total{cohort.size(), cohort.scale()};
        for (const std::uint32_t rank : any_order(ranks)) {
            std::transform(total.units().begin(), total.units().end(), parts[rank].units().begin(),
                           total.units().begin(), std::plus<>{});
        }
        FixedPointSum in_order = sum_of(cohort);
        RC_ASSERT(units_of(total) == units_of(in_order));
    }));
}

TEST(AggregationProperty, LeavingOneOutIsNeverHavingAddedIt) {
    EXPECT_TRUE(rc::check([] {
        Cohort cohort = any_cohort();
        const FixedPointScale scale = cohort.scale();
        const auto left_out = *rc::gen::inRange<std::size_t>(0, cohort.rows.size());
        FixedPointSum others = sum_of(cohort);
        others.subtract(cohort.rows[left_out], cohort.weights[left_out]);
        FixedPointSum without{cohort.size(), scale};
        for (std::size_t m = 0; m < cohort.rows.size(); ++m) {
            if (m != left_out) {
                without.add(cohort.rows[m], cohort.weights[m]);
            }
        }
        RC_ASSERT(units_of(others) == units_of(without));
    }));
}

TEST(AggregationProperty, TheMeanLiesBetweenTheRows) {
    EXPECT_TRUE(rc::check([] {
        const Cohort cohort = any_cohort();
        Floats mean(cohort.size());
        sum_of(cohort).mean(mean);
        const double unit = std::ldexp(1.0, -cohort.scale().shift());
        for (std::size_t i = 0; i < mean.size(); ++i) {
            float lowest = cohort.rows[0][i];
            float highest = lowest;
            for (const Floats& row : cohort.rows) {
                lowest = std::min(lowest, row[i]);
                highest = std::max(highest, row[i]);
            }
            RC_ASSERT(mean[i] >= lowest - unit * static_cast<double>(cohort.rows.size()));
            RC_ASSERT(mean[i] <= highest + unit * static_cast<double>(cohort.rows.size()));
        }
    }));
}

TEST(AggregationProperty, TheUniformMeanOfEqualRowsIsThatRow) {
    EXPECT_TRUE(rc::check([] {
        Cohort cohort = any_cohort();
        std::fill(cohort.rows.begin(), cohort.rows.end(), cohort.rows.front());
        std::fill(cohort.weights.begin(), cohort.weights.end(), std::int64_t{1});
        Floats mean(cohort.size());
        sum_of(cohort).mean(mean);
        const double unit = std::ldexp(1.0, -cohort.scale().shift());
        for (std::size_t i = 0; i < mean.size(); ++i) {
            const float value = cohort.rows.front()[i];
            if (std::remainder(static_cast<double>(value), unit) == 0.0) {
                RC_ASSERT(mean[i] == value);
            } else {
                // Smaller than the resolution of the bound: rounded to a unit, the same for every row.
                RC_ASSERT(std::abs(static_cast<double>(mean[i]) - value) <= 0.5 * unit);
            }
        }
    }));
}

}  // namespace
}  // namespace mlaasim::fl
