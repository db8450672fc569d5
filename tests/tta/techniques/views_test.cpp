#include "tta/techniques/views.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
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

/// m x + (1 - m) sum of w_k chain_k(x), of an image cut from itself: the same draws, mixed by hand.
TEST(Views, MixTheirChainsAsAugMixSays) {
    const sim::SampleShape shape{1, 16, 16};
    constexpr double mean = 0.2;
    constexpr double deviation = 0.4;
    Values sample(shape.size());
    for (std::size_t i = 0; i < sample.size(); ++i) {
        sample[i] = (static_cast<float>(i * 37 % 256) / 255.0F - 0.2F) / 0.4F;
    }
    Views views{shape, static_cast<float>(mean), static_cast<float>(deviation), false};
    views.take(sample);
    auto random = stream();
    auto replayed = stream();
    for (int drawn = 0; drawn < 20; ++drawn) {
        Values view(sample.size());
        views.draw(view, random);

        const int down = static_cast<int>(replayed.below(9)) - 4;
        const int right = static_cast<int>(replayed.below(9)) - 4;
        Values cut(sample.size(), 0.0F);
        for (int row = 0; row < 16; ++row) {
            for (int column = 0; column < 16; ++column) {
                const int y = row + down;
                const int x = column + right;
                if (y >= 0 && y < 16 && x >= 0 && x < 16) {
                    const double value =
                        static_cast<double>(sample[static_cast<std::size_t>(y * 16 + x)]) * deviation + mean;
                    cut[static_cast<std::size_t>(row * 16 + column)] =
                        static_cast<float>(std::lround(std::clamp(value, 0.0, 1.0) * 255.0)) / 255.0F;
                }
            }
        }
        std::array<double, 3> weights{};
        for (double& weight : weights) {
            weight = replayed.gamma(1.0);
        }
        const double total = weights[0] + weights[1] + weights[2];
        const double kept = replayed.uniform();
        std::vector<double> expected(cut.begin(), cut.end());
        std::ranges::transform(expected, expected.begin(), [&](double value) { return kept * value; });
        for (const double weight : weights) {
            Values chain = cut;
            Values scratch(chain.size());
            const std::uint32_t length = 1 + replayed.below(3);
            for (std::uint32_t step = 0; step < length; ++step) {
                image_operations()[replayed.below(9)].apply(chain, scratch, shape, replayed);
            }
            for (std::size_t i = 0; i < chain.size(); ++i) {
                expected[i] += (1.0 - kept) * weight / total * static_cast<double>(chain[i]);
            }
        }
        for (std::size_t i = 0; i < view.size(); ++i) {
            ASSERT_NEAR(static_cast<double>(view[i]) * deviation + mean, expected[i], 1e-6) << drawn << " " << i;
        }
    }
}

/// By whole degrees, to either side; what comes from between four pixels is mixed of them.
TEST(ImageOperations, RotateTurnsAboutTheCentre) {
    constexpr int side = 9;
    const sim::SampleShape shape{1, side, side};
    std::set<double> turns;
    for (std::uint64_t entity = 0; entity < 20; ++entity) {
        Values values(shape.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = static_cast<float>(i * 53 % 256) / 255.0F;
        }
        const Values original = values;
        Values scratch(values.size());
        auto random = stream(entity);
        auto replayed = stream(entity);
        const double size = std::floor(replayed.uniform(0.1, 1.0) * 3.0);
        const double degrees = replayed.below(2) == 1 ? -size : size;
        turns.insert(degrees);
        image_operations()[3].apply(values, scratch, shape, random);
        const double cosine = std::cos(degrees * 3.14159265358979 / 180.0);
        const double sine = std::sin(degrees * 3.14159265358979 / 180.0);
        for (int row = 0; row < side; ++row) {
            for (int column = 0; column < side; ++column) {
                const double x = 4.0 + cosine * (column - 4) - sine * (row - 4);
                const double y = 4.0 + sine * (column - 4) + cosine * (row - 4);
                double expected = 0.0;
                for (int v = 0; v < side; ++v) {
                    for (int u = 0; u < side; ++u) {
                        expected += std::max(0.0, 1.0 - std::abs(x - u)) * std::max(0.0, 1.0 - std::abs(y - v)) *
                                    static_cast<double>(original[static_cast<std::size_t>(v * side + u)]);
                    }
                }
                // Rounded to 8 bits.
                EXPECT_NEAR(values[static_cast<std::size_t>(row * side + column)], expected, 0.51 / 255.0)
                    << degrees << " degrees, row " << row << ", column " << column;
            }
        }
    }
    EXPECT_GE(turns.size(), 4U);
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
