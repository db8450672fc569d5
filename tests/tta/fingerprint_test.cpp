// Whose data are like a stream's, class by class.
#include "tta/fingerprint.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "sim/core/random.hpp"

namespace mlaasim::tta {
namespace {

struct Data {
    Features features{.width = 3};
    std::vector<std::int64_t> labels{};
};

/// Class y lies at (y, -y, 0) with deviation 1, moved by `shift` in the last feature.
Data draw(std::uint64_t entity, std::vector<std::int64_t> labels, double shift = 0.0) {
    sim::RandomStream random{sim::Seed{5}, sim::Purpose::test, entity, 0};
    Data data{.labels = std::move(labels)};
    for (const std::int64_t y : data.labels) {
        for (const double mean : {3.0 * static_cast<double>(y), -3.0 * static_cast<double>(y), shift}) {
            data.features.values.push_back(static_cast<float>(mean + random.normal()));
        }
    }
    return data;
}

std::vector<std::int64_t> labels(std::size_t zeros, std::size_t ones) {
    std::vector<std::int64_t> found(zeros, 0);
    found.resize(zeros + ones, 1);
    return found;
}

class FingerprintTest : public ::testing::Test {
protected:
    [[nodiscard]] static double distance(const Data& data) {
        const Data stream = draw(1, labels(100, 100));
        return Fingerprint::of(stream.features, stream.labels, 3).value().distance(data.features, data.labels).value();
    }
};

TEST_F(FingerprintTest, DataOfTheSameKindAreNearHoweverManyAndHoweverMixed) {
    EXPECT_NEAR(distance(draw(2, labels(200, 200))), 0.0, 0.05);
    EXPECT_NEAR(distance(draw(3, labels(30, 2))), 0.0, 0.05);
    EXPECT_NEAR(distance(draw(4, labels(0, 20))), 0.0, 0.1);
}

TEST_F(FingerprintTest, TheFartherTheLarger) {
    const double near = distance(draw(2, labels(30, 30), 0.5));
    const double far = distance(draw(2, labels(30, 30), 1.0));
    EXPECT_GT(near, 0.05);
    EXPECT_GT(far, 2.0 * near);
}

TEST_F(FingerprintTest, LabelsThatMeanSomethingElseAreFar) {
    Data swapped = draw(2, labels(30, 30));
    for (std::int64_t& label : swapped.labels) {
        label = 1 - label;
    }
    EXPECT_GT(distance(swapped), 1.0);
}

TEST_F(FingerprintTest, WhatCannotBeComparedHasNoDistance) {
    const Data stream = draw(1, labels(100, 100));
    const Data other = draw(2, {2, 2, 2});
    EXPECT_FALSE(Fingerprint::of(stream.features, stream.labels, 3)->distance(other.features, other.labels));
    const Data few = draw(1, labels(5, 5));
    EXPECT_FALSE(Fingerprint::of(few.features, few.labels, 3));
    Data broken = stream;
    broken.features.values[7] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_FALSE(Fingerprint::of(broken.features, broken.labels, 3));
}

}  // namespace
}  // namespace mlaasim::tta
