#include "sim/data/synthetic_digits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <vector>

#include "sim/data/stroke_canvas.hpp"

namespace mlaasim::sim {
namespace {

constexpr std::size_t pixels = 28 * 28;

std::vector<double> mean_image(const DecodedPool& pool, std::uint8_t digit) {
    std::vector<double> mean(pixels, 0.0);
    double count = 0.0;
    for (std::size_t i = 0; i < pool.labels.size(); ++i) {
        if (pool.labels[i] == digit) {
            count += 1.0;
            for (std::size_t k = 0; k < pixels; ++k) {
                mean[k] += pool.values[i * pixels + k];
            }
        }
    }
    for (double& value : mean) {
        value /= count;
    }
    return mean;
}

TEST(SyntheticDigits, HasTheShapeOfMnist) {
    const DecodedDataset data = generate_synthetic_digits(Seed{1}, 30, 20);
    EXPECT_EQ(data.shape, (SampleShape{1, 28, 28}));
    EXPECT_EQ(data.classes, 10U);
    EXPECT_EQ(data.train.values.size(), 30 * pixels);
    EXPECT_EQ(data.test.values.size(), 20 * pixels);
}

TEST(SyntheticDigits, ClassesHaveEqualShares) {
    const DecodedDataset data = generate_synthetic_digits(Seed{1}, 203, 100);
    std::array<int, 10> counts{};
    for (const std::uint8_t label : data.train.labels) {
        ++counts.at(label);
    }
    const auto [fewest, most] = std::ranges::minmax(counts);
    EXPECT_EQ(fewest, 20);
    EXPECT_EQ(most, 21);
    const std::vector<std::uint8_t> first(data.train.labels.begin(), data.train.labels.begin() + 10);
    const std::vector<std::uint8_t> second(data.train.labels.begin() + 10, data.train.labels.begin() + 20);
    EXPECT_NE(first, second) << "the order of the classes does not change";
}

TEST(SyntheticDigits, AreTheSameFromAnyNumberOfThreads) {
    const DecodedDataset one = generate_synthetic_digits(Seed{7}, 53, 20);
    for (const unsigned threads : {2U, 3U, 8U}) {
        const DecodedDataset several = generate_synthetic_digits(Seed{7}, 53, 20, threads);
        EXPECT_EQ(several.train.values, one.train.values) << threads;
        EXPECT_EQ(several.train.labels, one.train.labels) << threads;
        EXPECT_EQ(several.test.values, one.test.values) << threads;
        EXPECT_EQ(several.test.labels, one.test.labels) << threads;
    }
}

TEST(SyntheticDigits, ASampleDependsOnSeedPoolAndIndexAlone) {
    const DecodedDataset few = generate_synthetic_digits(Seed{7}, 25, 15);
    const DecodedDataset many = generate_synthetic_digits(Seed{7}, 60, 40);
    EXPECT_TRUE(std::equal(few.train.values.begin(), few.train.values.end(), many.train.values.begin()));
    EXPECT_TRUE(std::equal(few.train.labels.begin(), few.train.labels.end(), many.train.labels.begin()));
    EXPECT_TRUE(std::equal(few.test.values.begin(), few.test.values.end(), many.test.values.begin()));
    EXPECT_NE(few.train.values, generate_synthetic_digits(Seed{8}, 25, 15).train.values);
    EXPECT_FALSE(std::equal(few.test.values.begin(), few.test.values.end(), few.train.values.begin()));
}

TEST(SyntheticDigits, DigitsStandInTheMiddleOnADarkGround) {
    const DecodedDataset data = generate_synthetic_digits(Seed{1}, 2000, 10);
    for (std::uint8_t digit = 0; digit < 10; ++digit) {
        const std::vector<double> mean = mean_image(data.train, digit);
        double middle = 0.0;
        double frame = 0.0;
        for (std::size_t i = 0; i < 28; ++i) {
            frame += mean[i] + mean[pixels - 1 - i];
            middle += mean[14 * 28 + i] + mean[13 * 28 + i];
        }
        EXPECT_GT(middle, 2.0 * frame) << "digit " << int{digit};
    }
}

/// The class of the nearest mean image: far better than chance, far from perfect.
TEST(SyntheticDigits, IsLearnableButNotTrivial) {
    const DecodedDataset data = generate_synthetic_digits(Seed{1}, 4000, 1000);
    std::vector<std::vector<double>> means;
    for (std::uint8_t digit = 0; digit < 10; ++digit) {
        means.push_back(mean_image(data.train, digit));
    }
    int right = 0;
    for (std::size_t i = 0; i < data.test.labels.size(); ++i) {
        std::size_t nearest = 0;
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t digit = 0; digit < means.size(); ++digit) {
            double distance = 0.0;
            for (std::size_t k = 0; k < pixels; ++k) {
                const double difference = data.test.values[i * pixels + k] - means[digit][k];
                distance += difference * difference;
            }
            if (distance < least) {
                least = distance;
                nearest = digit;
            }
        }
        right += nearest == data.test.labels[i] ? 1 : 0;
    }
    EXPECT_GT(right, 500);
    EXPECT_LT(right, 850);
}

TEST(StrokeCanvas, InksTheSegmentAndFadesBesideIt) {
    StrokeCanvas canvas{1.0F};
    canvas.segment({5.0F, 10.0F}, {20.0F, 10.0F});
    StrokeCanvas::Image image{};
    canvas.ink(image, 0.8F);
    EXPECT_FLOAT_EQ(image[10 * 28 + 12], 0.8F);
    EXPECT_FLOAT_EQ(image[11 * 28 + 12], 0.8F);
    EXPECT_FLOAT_EQ(image[12 * 28 + 12], 0.0F);
    EXPECT_FLOAT_EQ(image[10 * 28 + 25], 0.0F);
}

TEST(StrokeCanvas, SegmentsBeyondTheImageDoNoHarm) {
    StrokeCanvas canvas{1.0F};
    canvas.segment({-40.0F, -40.0F}, {-30.0F, 70.0F});
    canvas.segment({14.0F, 14.0F}, {14.0F, 14.0F});
    StrokeCanvas::Image image{};
    canvas.ink(image, 1.0F);
    EXPECT_FLOAT_EQ(image[14 * 28 + 14], 1.0F);
    EXPECT_FLOAT_EQ(image[14 * 28], 0.0F);
}

TEST(StrokeCanvas, BlurKeepsTheSumAwayFromTheEdge) {
    StrokeCanvas::Image image{};
    image[14 * 28 + 14] = 1.0F;
    blur(image, 0.25F);
    EXPECT_FLOAT_EQ(image[14 * 28 + 14], 0.25F);
    EXPECT_FLOAT_EQ(image[13 * 28 + 14], 0.125F);
    EXPECT_FLOAT_EQ(image[13 * 28 + 13], 0.0625F);
    image = {};
    image[0] = 1.0F;
    blur(image, 0.25F);
    EXPECT_FLOAT_EQ(image[0], 0.25F);
    EXPECT_FLOAT_EQ(image[27], 0.0F);
}

}  // namespace
}  // namespace mlaasim::sim
