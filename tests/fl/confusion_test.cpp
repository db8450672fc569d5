#include "fl/confusion.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "sim/core/error.hpp"

namespace mlaasim::fl {
namespace {

using Counts = std::vector<std::int64_t>;

Counts counts_of(const Confusion& confusion) { return {confusion.counts().begin(), confusion.counts().end()}; }

TEST(Confusion, MetricsByHand) {
    // Truth 0: 5 right, 1 taken for 1, 0 for 2; truth 1: 2, 3, 1; truth 2: 0, 0, 4.
    const auto confusion = Confusion::from(3, Counts{5, 1, 0, 2, 3, 1, 0, 0, 4}, 8.0);
    EXPECT_EQ(confusion.total(), 16);
    EXPECT_EQ(confusion.correct(), 12);
    const Metrics metrics = confusion.metrics();
    EXPECT_DOUBLE_EQ(metrics.accuracy, 0.75);
    EXPECT_DOUBLE_EQ(metrics.loss, 0.5);
    const double precision[] = {5.0 / 7, 3.0 / 4, 4.0 / 5};
    const double recall[] = {5.0 / 6, 3.0 / 6, 1.0};
    double f1 = 0.0;
    for (int c = 0; c < 3; ++c) {
        f1 += 2 * precision[c] * recall[c] / (precision[c] + recall[c]) / 3;
    }
    EXPECT_DOUBLE_EQ(metrics.precision, (precision[0] + precision[1] + precision[2]) / 3);
    EXPECT_DOUBLE_EQ(metrics.recall, (recall[0] + recall[1] + recall[2]) / 3);
    EXPECT_DOUBLE_EQ(metrics.f1, f1);
}

TEST(Confusion, RowsAreTruths) {
    Confusion confusion{3};
    confusion.add(2, 0, 0.5);
    confusion.add(2, 0, 0.25);
    confusion.add(1, 1, 1.0);
    EXPECT_EQ(counts_of(confusion), (Counts{0, 0, 0, 0, 1, 0, 2, 0, 0}));
    EXPECT_DOUBLE_EQ(confusion.loss_sum(), 1.75);
}

TEST(Confusion, ClassesThatDoNotOccurAreNotAveraged) {
    // Classes 0 and 2 occur, 2 is never predicted; one sample of class 0 is taken for the absent class 1.
    const auto confusion = Confusion::from(3, Counts{2, 1, 0, 0, 0, 0, 1, 0, 0}, 0.0);
    const Metrics metrics = confusion.metrics();
    EXPECT_DOUBLE_EQ(metrics.accuracy, 0.5);
    EXPECT_DOUBLE_EQ(metrics.precision, (2.0 / 3 + 0) / 2);
    EXPECT_DOUBLE_EQ(metrics.recall, (2.0 / 3 + 0) / 2);
    EXPECT_DOUBLE_EQ(metrics.f1, (2.0 / 3 + 0) / 2);
}

TEST(Confusion, PerfectAndAllWrong) {
    const Metrics perfect = Confusion::from(2, Counts{3, 0, 0, 4}, 0.0).metrics();
    EXPECT_EQ(perfect.accuracy, 1.0);
    EXPECT_EQ(perfect.f1, 1.0);
    const Metrics wrong = Confusion::from(2, Counts{0, 3, 4, 0}, 0.0).metrics();
    EXPECT_EQ(wrong.accuracy, 0.0);
    EXPECT_EQ(wrong.precision, 0.0);
    EXPECT_EQ(wrong.f1, 0.0);
}

TEST(Confusion, OfNothingIsZero) {
    const Metrics metrics = Confusion{4}.metrics();
    EXPECT_EQ(metrics.accuracy, 0.0);
    EXPECT_EQ(metrics.precision, 0.0);
    EXPECT_EQ(metrics.recall, 0.0);
    EXPECT_EQ(metrics.f1, 0.0);
    EXPECT_EQ(metrics.loss, 0.0);
}

TEST(Confusion, AddsCountsAndLosses) {
    auto sum = Confusion::from(2, Counts{1, 2, 3, 4}, 1.5);
    sum.add(Confusion::from(2, Counts{10, 20, 30, 40}, 0.25));
    EXPECT_EQ(counts_of(sum), (Counts{11, 22, 33, 44}));
    EXPECT_DOUBLE_EQ(sum.loss_sum(), 1.75);
    EXPECT_THROW(sum.add(Confusion{3}), sim::ContractViolation);
    EXPECT_THROW(Confusion::from(2, Counts{1, 2, 3}, 0.0), sim::ContractViolation);
}

}  // namespace
}  // namespace mlaasim::fl
