#include <gtest/gtest.h>

#include "tta/techniques/technique_test.hpp"

namespace mlaasim::tta {
namespace {

using Floats = std::vector<float>;

/// Two groups of three samples each, on two axes.
const Floats features{1, 0, 0.9F, 0.1F, 0.95F, 0.05F, 0, 1, 0.1F, 0.9F, 0.05F, 0.95F};
const Floats probabilities{0.9F, 0.1F, 0.8F, 0.2F, 0.4F, 0.6F, 0.2F, 0.8F, 0.1F, 0.9F, 0.55F, 0.45F};

/// The definition with two neighbours each: the two others of the group.
Doubles by_hand(int steps) {
    Doubles z{probabilities.begin(), probabilities.end()};
    for (int step = 0; step < steps; ++step) {
        Doubles next(z.size());
        for (std::size_t i = 0; i < 6; ++i) {
            double sum = 0.0;
            for (std::size_t c = 0; c < 2; ++c) {
                double pull = 0.0;
                for (std::size_t j = i / 3 * 3; j < i / 3 * 3 + 3; ++j) {
                    pull += j == i ? 0.0 : z[j * 2 + c];
                }
                next[i * 2 + c] = static_cast<double>(probabilities[i * 2 + c]) * std::exp(pull);
                sum += next[i * 2 + c];
            }
            next[i * 2] /= sum;
            next[i * 2 + 1] /= sum;
        }
        z = next;
    }
    return z;
}

TEST(Lame, DrawsNeighboursTogether) {
    const auto lame = technique("lame, neighbours: 2, steps: 1000");
    const Floats z = lame->adjusted(features, probabilities, 2);
    const Doubles expected = by_hand(500);
    for (std::size_t i = 0; i < z.size(); ++i) {
        EXPECT_NEAR(z[i], expected[i], 1e-4) << i;
    }
    // The third and the last are of the class that their neighbours are of, though the model thinks otherwise.
    EXPECT_GT(z[4], 0.5F);
    EXPECT_GT(z[11], 0.5F);
}

TEST(Lame, StepsAreThoseOfTheDefinition) {
    for (const int steps : {1, 2, 3}) {
        const Floats z =
            technique("lame, neighbours: 2, steps: " + std::to_string(steps))->adjusted(features, probabilities, 2);
        const Doubles expected = by_hand(steps);
        for (std::size_t i = 0; i < z.size(); ++i) {
            EXPECT_NEAR(z[i], expected[i], 1e-6) << steps << " " << i;
        }
    }
}

TEST(Lame, WindowsAreAdjustedOnTheirOwn) {
    Floats twice = features;
    twice.insert(twice.end(), features.begin(), features.end());
    Floats answers = probabilities;
    answers.insert(answers.end(), probabilities.rbegin(), probabilities.rend());
    const Floats both = technique("lame, neighbours: 2, window: 6")->adjusted(twice, answers, 2);
    const Floats one = technique("lame, neighbours: 2, window: 6")->adjusted(features, probabilities, 2);
    EXPECT_TRUE(std::equal(one.begin(), one.end(), both.begin()));
    EXPECT_NE(technique("lame, neighbours: 2, window: 12")->adjusted(twice, answers, 2), both);
}

TEST(Lame, OneSampleIsLeftAsItIs) {
    const Floats row{0.7F, 0.2F, 0.1F};
    const Floats z = technique("lame")->adjusted(Floats{1, 2}, row, 3);
    for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_NEAR(z[c], row[c], 1e-6);
    }
}

TEST(Lame, ChangesNoParameter) {
    const auto lame = technique("lame");
    EXPECT_EQ(lame->changes(), Changes::predictions);
    EXPECT_EQ(lame->needs(), sim::Needs{sim::Need::votes});
    EXPECT_FALSE(lame->remembers());
}

}  // namespace
}  // namespace mlaasim::tta
