// Corruptions that draw at random, beside a plain computation from their definition that draws the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>
#include <utility>
#include <vector>

#include "sim/corruption/blur.hpp"
#include "sim/corruption/corrupted.hpp"
#include "sim/corruption/lines.hpp"
#include "sim/corruption/plasma.hpp"

namespace mlaasim::sim {
namespace {

using testing::Corrupting;

constexpr std::size_t side = 28;
constexpr SampleShape digit{1, side, side};

SampleContext context_of(std::uint32_t sample, const SampleShape& shape = digit) {
    return {.shape = shape, .seed = Seed{7}, .sample = sample, .round = Round{3}};
}

RandomStream draws_of(Purpose purpose, std::uint32_t sample) { return {Seed{7}, purpose, sample, 3}; }

/// Another one for each sample.
std::vector<float> image_of(std::uint32_t sample) {
    RandomStream random{Seed{1}, Purpose::test, sample, 0};
    std::vector<float> image(digit.size());
    for (float& value : image) {
        value = static_cast<float>(random.below(256)) / 255.0F;
    }
    return image;
}

void expect_near(const std::vector<float>& found, const std::vector<double>& expected, double error = 1e-5) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_NEAR(found[i], expected[i], error) << "row " << i / side << ", column " << i % side;
    }
}

TEST(CorruptionFormula, OfMotionBlur) {
    constexpr int reach = 15;
    constexpr double deviation = 8.0;  // severity 3
    for (std::uint32_t sample = 0; sample < 10; ++sample) {
        const double angle =
            draws_of(Purpose::motion_blur, sample).uniform(-std::numbers::pi / 4.0, std::numbers::pi / 4.0);
        const std::vector<float> image = image_of(sample);
        double total = 0.0;
        for (int i = 0; i <= 2 * reach; ++i) {
            total += std::exp(-(i * i) / (2.0 * deviation * deviation));
        }
        std::vector<double> expected(image.size(), 0.0);
        for (int y = 0; y < 28; ++y) {
            for (int x = 0; x < 28; ++x) {
                for (int i = 0; i <= 2 * reach; ++i) {
                    const int across = static_cast<int>(std::ceil(i * std::cos(angle) - 0.5));
                    const int down = static_cast<int>(std::ceil(i * std::sin(angle) - 0.5));
                    if (across >= 28 || std::abs(down) >= 28) {
                        break;
                    }
                    const int row = std::clamp(y + down, 0, 27);
                    const int column = std::min(x + across, 27);
                    expected[static_cast<std::size_t>(y * 28 + x)] +=
                        std::exp(-(i * i) / (2.0 * deviation * deviation)) / total *
                        static_cast<double>(image[static_cast<std::size_t>(row * 28 + column)]);
                }
            }
        }
        expect_near(Corrupting{"kind: motion_blur, severity: 3"}(image, context_of(sample)), expected);
    }
}

/// The blur has tests of its own; here it is what is between the two that is computed again.
TEST(CorruptionFormula, OfGlassBlur) {
    constexpr double deviation = 1.0;
    constexpr int reach = 2;
    constexpr int passes = 3;  // severity 3
    for (std::uint32_t sample = 0; sample < 5; ++sample) {
        std::vector<float> image = image_of(sample);
        blur(image, digit, deviation);
        std::vector<int> levels(image.size());
        std::ranges::transform(image, levels.begin(), [](float value) { return static_cast<int>(value * 255.0F); });
        RandomStream random = draws_of(Purpose::glass_blur, sample);
        const auto away = [&] { return static_cast<int>(random.below(2 * reach)) - reach; };
        for (int pass = 0; pass < passes; ++pass) {
            for (int row = 28 - reach; row > reach; --row) {
                for (int column = 28 - reach; column > reach; --column) {
                    if (random.below(2) == 1) {
                        const int across = away();
                        const int down = away();
                        std::swap(levels[static_cast<std::size_t>(row * 28 + column)],
                                  levels[static_cast<std::size_t>((row + down) * 28 + column + across)]);
                    }
                }
            }
        }
        std::ranges::transform(levels, image.begin(), [](int level) { return static_cast<float>(level) / 255.0F; });
        blur(image, digit, deviation);
        expect_near(Corrupting{"kind: glass_blur, severity: 3"}(image_of(sample), context_of(sample)),
                    {image.begin(), image.end()}, 1e-6);
    }
}

/// (x + a P) m / (m + a), with m the largest value.
TEST(CorruptionFormula, OfFog) {
    constexpr double amount = 2.5;
    constexpr double decay = 1.7;  // severity 3
    for (std::uint32_t sample = 0; sample < 5; ++sample) {
        std::vector<float> image = image_of(sample);
        std::ranges::transform(image, image.begin(), [](float value) { return 0.8F * value; });
        RandomStream random = draws_of(Purpose::fog, sample);
        const std::vector<float> cloud = plasma(256, decay, random);
        const double most = *std::ranges::max_element(image);
        std::vector<double> expected;
        for (std::size_t row = 0; row < side; ++row) {
            for (std::size_t column = 0; column < side; ++column) {
                const double sum = static_cast<double>(image[row * side + column]) +
                                   amount * static_cast<double>(cloud[row * 256 + column]);
                expected.push_back(sum * most / (most + amount));
            }
        }
        expect_near(Corrupting{"kind: fog, severity: 3"}(image, context_of(sample)), expected);
    }
}

/// Normal noise, blurred, above a threshold, blurred again; below .8 it is nothing, else so much of 63/255.
TEST(CorruptionFormula, OfSpatter) {
    for (std::uint32_t sample = 0; sample < 5; ++sample) {
        const std::vector<float> image = image_of(sample);
        RandomStream random = draws_of(Purpose::spatter, sample);
        std::vector<float> mud(image.size());
        for (float& value : mud) {
            value = static_cast<float>(0.65 + 0.3 * random.normal());
        }
        blur(mud, digit, 1.0);  // severity 4: drops 1, threshold .65, edges 1.5
        std::ranges::transform(mud, mud.begin(), [](float value) { return value > 0.65F ? 1.0F : 0.0F; });
        blur(mud, digit, 1.5);
        std::vector<double> expected;
        std::size_t hidden = 0;
        for (std::size_t i = 0; i < image.size(); ++i) {
            const double drop = mud[i] < 0.8F ? 0.0 : static_cast<double>(mud[i]);
            hidden += drop > 0.0 ? 1 : 0;
            expected.push_back(static_cast<double>(image[i]) * (1.0 - drop) + drop * 63.0 / 255.0);
        }
        EXPECT_GT(hidden, 0U);
        expect_near(Corrupting{"kind: spatter, severity: 4"}(image, context_of(sample)), expected);
    }
}

/// Its corners are turned and moved by a matrix here. The lines between them have tests of their own.
TEST(CorruptionFormula, OfZigzag) {
    for (std::uint32_t sample = 0; sample < 20; ++sample) {
        RandomStream random = draws_of(Purpose::zigzag, sample);
        const double start = random.below(27);
        const double fall = static_cast<double>(random.below(10)) - 5.0;
        const double length = std::sqrt(23.0 * 23.0 + fall * fall);
        const std::array<std::array<double, 2>, 2> turn{
            {{23.0 / length, -fall / length}, {fall / length, 23.0 / length}}};
        std::vector<std::pair<double, double>> corners{{0.0, 0.0}};
        double aside = 2.0;
        for (double along = 2.0; along < length; along += 4.0, aside = -aside) {
            corners.emplace_back(along, aside);
        }
        corners.emplace_back(length, 0.0);
        std::vector<float> expected(digit.size(), 0.0F);
        const auto place = [&](const std::pair<double, double>& corner) {
            return ImagePoint{.column = 2.0 + turn[0][0] * corner.first + turn[0][1] * corner.second,
                              .row = start + turn[1][0] * corner.first + turn[1][1] * corner.second};
        };
        for (std::size_t i = 1; i < corners.size(); ++i) {
            draw_line(expected, digit, place(corners[i - 1]), place(corners[i]));
        }
        EXPECT_GT(std::accumulate(expected.begin(), expected.end(), 0.0), 20.0);
        expect_near(Corrupting{"kind: zigzag"}(std::vector<float>(digit.size(), 0.0F), context_of(sample)),
                    {expected.begin(), expected.end()}, 1e-4);
    }
}

/// What stands at step t was at t + s n / (2 pi) (sin(2 pi t / n + a) - sin a). Of a ramp that is the value itself.
TEST(CorruptionFormula, OfTimeWarp) {
    constexpr int steps = 128;
    std::vector<float> ramp(2 * steps);
    for (int t = 0; t < steps; ++t) {
        ramp[static_cast<std::size_t>(t)] = static_cast<float>(t) / 127.0F;
        ramp[static_cast<std::size_t>(steps + t)] = 1.0F - static_cast<float>(t) / 127.0F;
    }
    for (std::uint32_t sample = 0; sample < 20; ++sample) {
        const double phase = draws_of(Purpose::time_warp, sample).uniform(0.0, 2.0 * std::numbers::pi);
        const std::vector<float> warped =
            Corrupting{"kind: time_warp, magnitude: 0.6"}(ramp, context_of(sample, {2, 1, steps}));
        for (int t = 0; t < steps; ++t) {
            const double angle = 2.0 * std::numbers::pi * t / steps;
            const double from = std::clamp(
                t + 0.6 * steps / (2.0 * std::numbers::pi) * (std::sin(angle + phase) - std::sin(phase)), 0.0, 127.0);
            ASSERT_NEAR(warped[static_cast<std::size_t>(t)], from / 127.0, 1e-5) << t;
            ASSERT_NEAR(warped[static_cast<std::size_t>(steps + t)], 1.0 - from / 127.0, 1e-5) << t;
        }
    }
}

}  // namespace
}  // namespace mlaasim::sim
