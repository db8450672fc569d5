#include <gtest/gtest.h>

#include "support/drifting.hpp"

namespace mlaasim::sim {
namespace {

using mlaasim::testing::drifting;

std::uint8_t swapped(std::uint8_t label, const DriftState& drift, std::uint32_t sample) {
    return drift.label(label, Seed{1}, sample, 10);
}

TEST(LabelSwap, SwapsBothWaysAndLeavesOthers) {
    const DriftState drift = drifting({"kind: label_swap, classes: [2, 7]"});
    EXPECT_EQ(swapped(2, drift, 0), 7);
    EXPECT_EQ(swapped(7, drift, 0), 2);
    EXPECT_EQ(swapped(3, drift, 0), 3);
    EXPECT_EQ(swapped(3, {}, 0), 3);
}

TEST(LabelSwap, WithoutClassesEveryClassIsMirrored) {
    const DriftState drift = drifting({"kind: label_swap"});
    for (std::uint8_t label = 0; label < 10; ++label) {
        EXPECT_EQ(swapped(label, drift, 3), 9 - label);
    }
    EXPECT_EQ(drift.label(0, Seed{1}, 3, 5), 4);
    EXPECT_EQ(drift.label(2, Seed{1}, 3, 5), 2) << "the class in the middle has no partner";
}

TEST(LabelSwap, HitsItsShareOfTheSamples) {
    const DriftState drift = drifting({"kind: label_swap, classes: [0, 1], magnitude: 0.3"});
    int hit = 0;
    for (std::uint32_t sample = 0; sample < 10000; ++sample) {
        hit += swapped(0, drift, sample);
    }
    EXPECT_NEAR(hit, 3000, 230);
}

TEST(LabelSwap, AGrowingShareOnlyAddsSamples) {
    for (std::uint32_t sample = 0; sample < 500; ++sample) {
        std::uint8_t before = 0;
        for (const char* share : {"0.2", "0.5", "0.9", "1.0"}) {
            const DriftState drift = drifting({std::string{"kind: label_swap, classes: [0, 1], magnitude: "} + share});
            const std::uint8_t now = swapped(0, drift, sample);
            EXPECT_GE(now, before);
            before = now;
        }
        EXPECT_EQ(before, 1);
    }
}

TEST(LabelSwap, EntriesHitSamplesIndependently) {
    const std::string half = "kind: label_swap, classes: [0, 1], magnitude: 0.5";
    const DriftState first = drifting({half});
    const DriftState second = drifting({"kind: noise", half});
    int both = 0;
    for (std::uint32_t sample = 0; sample < 4000; ++sample) {
        both += swapped(0, first, sample) & swapped(0, second, sample);
    }
    EXPECT_NEAR(both, 1000, 140);
}

TEST(LabelSwap, SwapsAreAppliedOneAfterAnother) {
    const DriftState chain = drifting({"kind: label_swap, classes: [0, 1]", "kind: label_swap, classes: [1, 2]"});
    EXPECT_EQ(swapped(0, chain, 9), 2);
    EXPECT_EQ(swapped(1, chain, 9), 0);
    EXPECT_EQ(swapped(2, chain, 9), 1);
}

}  // namespace
}  // namespace mlaasim::sim
