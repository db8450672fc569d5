// What lies over an image or takes its place: stripe, lines, drops, fog, edges.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/corruption/corrupted.hpp"
#include "sim/corruption/edges.hpp"
#include "sim/corruption/lines.hpp"
#include "sim/corruption/plasma.hpp"

namespace mlaasim::sim {
namespace {

using testing::Corrupting;

constexpr SampleShape digit{1, 28, 28};

float at(const std::vector<float>& image, std::size_t row, std::size_t column) { return image[row * 28 + column]; }

TEST(Stripe, InvertsTheOuterColumns) {
    const std::vector<float> image =
        Corrupting{"kind: stripe"}(std::vector<float>(digit.size(), 0.25F), {.shape = digit});
    for (std::size_t column = 0; column < 28; ++column) {
        EXPECT_FLOAT_EQ(at(image, 13, column), column < 7 || column >= 21 ? 0.75F : 0.25F) << column;
    }
}

TEST(Stripe, HalfOfItLiesHalfWay) {
    const std::vector<float> image =
        Corrupting{"kind: stripe, magnitude: 0.5"}(std::vector<float>(digit.size(), 0.0F), {.shape = digit});
    EXPECT_FLOAT_EQ(at(image, 0, 0), 0.5F);
    EXPECT_FLOAT_EQ(at(image, 0, 14), 0.0F);
}

TEST(Lines, FadeWithTheVerticalDistance) {
    std::vector<float> image(digit.size(), 0.0F);
    draw_line(image, digit, {.column = 0, .row = 10}, {.column = 27, .row = 10});
    EXPECT_FLOAT_EQ(at(image, 10, 5), 1.0F);
    EXPECT_NEAR(at(image, 11, 5), std::log(1.0 - 1.0 / 2.3) + 1.0, 1e-6);
    EXPECT_FLOAT_EQ(at(image, 12, 5), 0.0F);  // ln(1 - 2 / 2.3) + 1 < 0
    draw_line(image, digit, {.column = 0, .row = 10}, {.column = 27, .row = 10});
    EXPECT_FLOAT_EQ(at(image, 10, 5), 1.0F) << "clipped";
}

TEST(Lines, SlopeAndPeriod) {
    std::vector<float> image(digit.size(), 0.0F);
    draw_line(image, digit, {.column = 4, .row = 4}, {.column = 20, .row = 20}, 4);
    for (std::size_t i = 0; i < 28; ++i) {
        EXPECT_FLOAT_EQ(at(image, i, i), i >= 4 && i <= 20 && i % 4 >= 2 ? 1.0F : 0.0F) << i;
    }
}

TEST(DottedLine, HasEveryOtherPairOfColumns) {
    const std::vector<float> image =
        Corrupting{"kind: dotted_line"}(std::vector<float>(digit.size(), 0.0F), {.shape = digit, .sample = 4});
    for (std::size_t column = 0; column < 28; ++column) {
        float most = 0.0F;
        for (std::size_t row = 0; row < 28; ++row) {
            most = std::max(most, at(image, row, column));
        }
        EXPECT_EQ(most > 0.3F, column % 4 >= 2) << column;
    }
}

TEST(Zigzag, GoesFromColumn2To25) {
    for (std::uint32_t sample = 0; sample < 50; ++sample) {
        const std::vector<float> image =
            Corrupting{"kind: zigzag"}(std::vector<float>(digit.size(), 0.0F), {.shape = digit, .sample = sample});
        for (std::size_t column = 0; column < 28; ++column) {
            float mass = 0.0F;
            for (std::size_t row = 0; row < 28; ++row) {
                mass += at(image, row, column);
            }
            if (column < 2 || column > 25) {
                EXPECT_EQ(mass, 0.0F) << column;
            }
        }
        EXPECT_GT(std::accumulate(image.begin(), image.end(), 0.0), 20.0);
    }
}

TEST(Plasma, IsAFieldBetween0And1ThatIsSmoothWithAStrongDecay) {
    RandomStream random{Seed{1}, Purpose::test, 0, 0};
    const auto roughness = [&](double decay) {
        const std::vector<float> map = plasma(64, decay, random);
        EXPECT_EQ(*std::ranges::min_element(map), 0.0F);
        EXPECT_EQ(*std::ranges::max_element(map), 1.0F);
        double sum = 0.0;
        for (std::size_t i = 1; i < map.size(); ++i) {
            sum += std::abs(static_cast<double>(map[i] - map[i - 1]));
        }
        return sum;
    };
    EXPECT_LT(roughness(3.0), 0.5 * roughness(1.2));
}

TEST(Fog, OfABlackImageIsBlackAndBrightensOthers) {
    const Corrupting fog{"kind: fog"};
    const std::vector<float> black = fog(std::vector<float>(digit.size(), 0.0F), {.shape = digit});
    EXPECT_EQ(*std::ranges::max_element(black), 0.0F) << "its largest value is 0";
    std::vector<float> image(digit.size(), 0.0F);
    image[400] = 1.0F;
    const std::vector<float> foggy = fog(image, {.shape = digit});
    EXPECT_GT(std::accumulate(foggy.begin(), foggy.end(), 0.0), 50.0);
    EXPECT_LE(*std::ranges::max_element(foggy), 1.0F);
}

TEST(Spatter, HidesBehindOneGrey) {
    const std::vector<float> image =
        Corrupting{"kind: spatter, severity: 5"}(std::vector<float>(digit.size(), 1.0F), {.shape = digit});
    const auto hidden = std::ranges::count_if(image, [](float value) { return value < 1.0F; });
    EXPECT_GT(hidden, 20);
    EXPECT_GE(*std::ranges::min_element(image), 63.0F / 255.0F - 1e-6F);
}

TEST(Edges, OfASquareAreItsOutline) {
    std::vector<float> image(digit.size(), 0.0F);
    for (std::size_t row = 8; row < 20; ++row) {
        std::fill_n(image.begin() + static_cast<std::ptrdiff_t>(row * 28 + 8), 12, 1.0F);
    }
    std::vector<float> edges(image.size(), -1.0F);
    find_edges(image, edges, digit);
    for (std::size_t column = 11; column < 17; ++column) {
        int found = 0;
        for (std::size_t row = 0; row < 28; ++row) {
            found += at(edges, row, column) > 0.0F ? 1 : 0;
        }
        EXPECT_GE(found, 2) << "above and below in column " << column;
        EXPECT_EQ(at(edges, 14, column), 0.0F) << "none inside";
    }
    EXPECT_EQ(at(edges, 2, 2), 0.0F);
    std::vector<float> flat(digit.size(), 0.5F);
    find_edges(flat, edges, digit);
    EXPECT_EQ(*std::ranges::max_element(edges), 0.0F);
}

}  // namespace
}  // namespace mlaasim::sim
