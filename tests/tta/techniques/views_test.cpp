#include "tta/techniques/views.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace mlaasim::tta {
namespace {

using Values = std::vector<float>;

sim::RandomStream stream(std::uint64_t entity = 0) { return {sim::Seed{3}, sim::Purpose::test, entity, 0}; }

Values grey(const std::vector<int>& levels) {
    Values values;
    for (const int level : levels) {
        values.push_back(static_cast<float>(level) / 255.0F);
    }
    return values;
}
std::vector<int> levels(const Values& values) {
    std::vector<int> all;
    for (const float value : values) {
        all.push_back(static_cast<int>(std::lround(value * 255.0F)));
    }
    return all;
}

/// The image operation at this place of the list, on an image of one row.
std::vector<int> image(std::size_t operation, const std::vector<int>& given, std::uint64_t entity = 0) {
    Values values = grey(given);
    Values scratch(values.size());
    auto random = stream(entity);
    image_operations()[operation].apply(values, scratch, {1, 1, static_cast<std::uint32_t>(values.size())}, random);
    return levels(values);
}

TEST(ImageOperations, AutocontrastStretchesEachChannel) {
    EXPECT_EQ(image(0, {50, 100, 150}), (std::vector<int>{0, 127, 255}));
    EXPECT_EQ(image(0, {7, 7, 7}), (std::vector<int>{7, 7, 7}));
}

TEST(ImageOperations, EqualizeMakesLevelsEquallyCommon) {
    // 510 pixels of level 10, 510 of 20 and 255 of 30: step = (1275 - 255) / 255 = 4, so 10 becomes 2 / 4 = 0,
    // 20 becomes 512 / 4 = 128, 30 becomes 1022 / 4 = 255.
    std::vector<int> given;
    std::vector<int> expected;
    for (const auto& [level, to, count] : {std::tuple{10, 0, 510}, {20, 128, 510}, {30, 255, 255}}) {
        given.insert(given.end(), static_cast<std::size_t>(count), level);
        expected.insert(expected.end(), static_cast<std::size_t>(count), to);
    }
    EXPECT_EQ(image(1, given), expected);
    EXPECT_EQ(image(1, {1, 2, 3}), (std::vector<int>{1, 2, 3}));  // too few pixels for a step
}

TEST(ImageOperations, PosterizeKeepsFourBits) {
    EXPECT_EQ(image(2, {0, 15, 16, 31, 255}), (std::vector<int>{0, 0, 16, 16, 240}));
}

TEST(ImageOperations, SolarizeInvertsTheBrightest) {
    // The threshold is 256 less at most 25.6, so 231 at least: darker levels stay, 255 becomes 0.
    for (std::uint64_t entity = 0; entity < 20; ++entity) {
        EXPECT_EQ(image(4, {0, 100, 230, 255}, entity), (std::vector<int>{0, 100, 230, 0}));
    }
}

TEST(ImageOperations, ShearMovesRowsByTheirDistanceFromTheCorner) {
    // A bright column in the middle of 21 x 21 pixels: under a slope of at most .03 its foot moves by less than a
    // pixel, its head hardly at all.
    constexpr std::size_t side = 21;
    Values values(side * side, 0.0F);
    for (std::size_t row = 0; row < side; ++row) {
        values[row * side + 10] = 1.0F;
    }
    Values scratch(values.size());
    auto random = stream();
    image_operations()[5].apply(values, scratch, {1, side, side}, random);
    const float head = values[10];
    const float foot = values[(side - 1) * side + 10];
    EXPECT_GT(head, 0.97F);
    EXPECT_LT(foot, 0.95F);
    EXPECT_GT(foot, 0.3F);
    const float beside = values[(side - 1) * side + 9] + values[(side - 1) * side + 11];
    EXPECT_NEAR(foot + beside, 1.0F, 0.01F);
}

TEST(ImageOperations, SmallImagesAreNotTranslated) {
    // A tenth of 28 / 3 pixels is less than one.
    Values values(28 * 28);
    std::iota(values.begin(), values.end(), 0.0F);
    std::ranges::transform(values, values.begin(), [](float value) { return std::fmod(value, 256.0F) / 255.0F; });
    for (const std::size_t operation : {7U, 8U}) {
        Values moved = values;
        Values scratch(moved.size());
        auto random = stream();
        image_operations()[operation].apply(moved, scratch, {1, 28, 28}, random);
        EXPECT_EQ(moved, values);
    }
}

constexpr sim::SampleShape window{3, 1, 16};

Values ramp() {
    Values values(48);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = 0.3F + 0.01F * static_cast<float>(i);
    }
    return values;
}
Values sensor(std::size_t operation, std::uint64_t entity = 0) {
    Values values = ramp();
    Values scratch(values.size());
    auto random = stream(entity);
    sensor_operations()[operation].apply(values, scratch, window, random);
    return values;
}

TEST(SensorOperations, JitterIsNoiseOfAFiftieth) {
    double squares = 0.0;
    for (std::uint64_t entity = 0; entity < 100; ++entity) {
        const Values values = sensor(0, entity);
        for (std::size_t i = 0; i < values.size(); ++i) {
            squares += std::pow(values[i] - ramp()[i], 2);
        }
    }
    EXPECT_NEAR(std::sqrt(squares / 4800.0), 0.02, 0.001);
}

TEST(SensorOperations, ScalingHasAFactorForEachChannel) {
    const Values values = sensor(1);
    std::set<long> factors;
    for (std::size_t channel = 0; channel < 3; ++channel) {
        const double factor = (values[channel * 16] - 0.5) / (ramp()[channel * 16] - 0.5);
        factors.insert(std::lround(factor * 1e6));
        for (std::size_t t = 0; t < 16; ++t) {
            EXPECT_NEAR(values[channel * 16 + t], 0.5 + factor * (ramp()[channel * 16 + t] - 0.5), 1e-5);
        }
    }
    EXPECT_EQ(factors.size(), 3U);
}

TEST(SensorOperations, RotationKeepsTheThirdAxisAndLengths) {
    const Values values = sensor(2);
    EXPECT_NE(values, ramp());
    for (std::size_t t = 0; t < 16; ++t) {
        EXPECT_EQ(values[32 + t], ramp()[32 + t]);
        const auto length = [&](const Values& v) { return std::hypot(v[t] - 0.5F, v[16 + t] - 0.5F); };
        EXPECT_NEAR(length(values), length(ramp()), 1e-5);
    }
}

TEST(SensorOperations, TimeWarpShowsValuesThatAreNear) {
    const Values values = sensor(3);
    EXPECT_NE(values, ramp());
    for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_NEAR(values[i], ramp()[i], 0.01 * 16 / 30 + 1e-6);  // a slope of .01 a step
    }
}

TEST(SensorOperations, MagnitudeWarpIsAFactorWithinATenth) {
    const Values values = sensor(4);
    EXPECT_NE(values, ramp());
    for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_LE(std::abs(values[i] - ramp()[i]), 0.1F * std::abs(ramp()[i] - 0.5F) + 1e-6F);
    }
}

TEST(SensorOperations, PermutationKeepsSegmentsWhole) {
    bool moved = false;
    for (std::uint64_t entity = 0; entity < 5; ++entity) {
        const Values values = sensor(5, entity);
        std::set<float> starts;
        for (std::size_t segment = 0; segment < 4; ++segment) {
            starts.insert(values[segment * 4]);
            for (std::size_t t = 1; t < 4; ++t) {
                EXPECT_NEAR(values[segment * 4 + t], values[segment * 4] + 0.01F * static_cast<float>(t), 1e-6);
            }
        }
        EXPECT_EQ(starts, (std::set<float>{ramp()[0], ramp()[4], ramp()[8], ramp()[12]}));
        moved = moved || values != ramp();
    }
    EXPECT_TRUE(moved);
}

TEST(SensorOperations, DropoutSilencesOneChannel) {
    const Values values = sensor(6);
    int silent = 0;
    for (std::size_t channel = 0; channel < 3; ++channel) {
        const auto from = values.begin() + static_cast<std::ptrdiff_t>(channel * 16);
        const bool all = std::all_of(from, from + 16, [](float value) { return value == 0.5F; });
        silent += all ? 1 : 0;
        EXPECT_TRUE(all || std::equal(from, from + 16, ramp().begin() + static_cast<std::ptrdiff_t>(channel * 16)));
    }
    EXPECT_EQ(silent, 1);
}

/// Of a constant series only noise, and channels that fall silent, can make something else.
TEST(Views, MixChainsOfChangesToSensors) {
    const Values sample = ramp();
    Values view(sample.size());
    auto random = stream();
    Views views{window, 0.0F, 1.0F, false};
    views.draw(sample, view, random);
    EXPECT_NE(view, sample);
    for (std::size_t i = 0; i < view.size(); ++i) {
        EXPECT_NEAR(view[i], sample[i], 0.5F);
    }
}

TEST(Views, ImagesAreMirroredWhenAsked) {
    // A bright left half: cut and mixed it stays brighter on the left, unless it is mirrored.
    const sim::SampleShape shape{1, 16, 16};
    Values sample(256, 0.0F);
    for (std::size_t i = 0; i < sample.size(); ++i) {
        sample[i] = i % 16 < 8 ? 0.8F : 0.0F;
    }
    for (const bool mirror : {false, true}) {
        Views views{shape, 0.0F, 1.0F, mirror};
        auto random = stream();
        int brighter_left = 0;
        for (int i = 0; i < 50; ++i) {
            Values view(sample.size());
            views.draw(sample, view, random);
            double left = 0.0;
            for (std::size_t p = 0; p < view.size(); ++p) {
                left += p % 16 < 8 ? view[p] : -view[p];
            }
            brighter_left += left > 0.0 ? 1 : 0;
        }
        EXPECT_EQ(brighter_left > 40, !mirror) << brighter_left;
    }
}

}  // namespace
}  // namespace mlaasim::tta
