// What holds for every corruption.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/corruption/corrupted.hpp"
#include "sim/drift/drift_state.hpp"

namespace mlaasim::sim {
namespace {

using testing::Corrupting;

/// The words of the kinds of drift that change samples.
std::vector<std::string> corruptions() {
    std::vector<std::string> words;
    for (const Kind<DriftEffect>& kind : drift_kinds()) {
        const Chosen<DriftEffect> drift = mlaasim::testing::chosen(drift_kinds(), "kind: " + std::string{kind.word});
        if (std::holds_alternative<const Corruption*>(drift->change())) {
            words.emplace_back(kind.word);
        }
    }
    return words;
}

std::vector<float> sample_of(const SampleShape& shape) {
    std::vector<float> values(shape.size());
    RandomStream random{Seed{3}, Purpose::test, 0, 0};
    std::ranges::generate(values, [&] { return static_cast<float>(random.uniform()); });
    return values;
}

std::vector<SampleShape> shapes_for(const Corruption& corruption) {
    const Needs needs = corruption.needs();
    std::vector<SampleShape> shapes;
    if (needs != Needs{Need::series}) {
        shapes = {{1, 28, 28}, {3, 32, 32}, {1, 1, 1}, {2, 3, 7}, {1, 9, 2}};
    }
    if (needs != Needs{Need::images}) {
        shapes.insert(shapes.end(), {{9, 1, 128}, {1, 1, 2}, {4, 1, 5}});
    }
    return shapes;
}

TEST(EveryCorruption, ThereAreMany) { EXPECT_EQ(corruptions().size(), 23U); }

TEST(EveryCorruption, OfStrengthZeroChangesNothing) {
    for (const std::string& word : corruptions()) {
        const Corrupting corruption{"kind: " + word};
        for (const SampleShape& shape : shapes_for(*corruption)) {
            std::vector<float> values = sample_of(shape);
            std::vector<float> scratch(values.size());
            corruption->apply(values, scratch, 0.0, {.shape = shape, .seed = Seed{1}, .round = Round{1}});
            const std::vector<float> before = sample_of(shape);
            for (std::size_t i = 0; i < values.size(); ++i) {
                ASSERT_NEAR(values[i], before[i], 1e-6F) << word << " at " << i << " of width " << shape.width;
            }
        }
    }
}

TEST(EveryCorruption, StaysInRangeAndIsAFunctionOfItsArguments) {
    for (const std::string& word : corruptions()) {
        const Corrupting corruption{"kind: " + word};
        for (const SampleShape& shape : shapes_for(*corruption)) {
            const SampleContext context{.shape = shape, .seed = Seed{1}, .sample = 5, .round = Round{2}};
            const std::vector<float> values = corruption(sample_of(shape), context);
            for (const float value : values) {
                ASSERT_TRUE(value >= 0.0F && value <= 1.00001F) << word << ": " << value;
            }
            EXPECT_EQ(values, corruption(sample_of(shape), context)) << word;
        }
    }
}

TEST(EveryCorruption, ChangesASampleOfItsKind) {
    for (const std::string& word : corruptions()) {
        const Corrupting corruption{"kind: " + word};
        const SampleShape shape = shapes_for(*corruption).front();
        int changed = 0;
        for (std::uint32_t sample = 0; sample < 8; ++sample) {
            const SampleContext context{.shape = shape, .seed = Seed{1}, .sample = sample, .round = Round{2}};
            changed += corruption(sample_of(shape), context) == sample_of(shape) ? 0 : 1;
        }
        EXPECT_GT(changed, 4) << word;
    }
}

TEST(EveryCorruption, OfConstantImagesIsFinite) {
    for (const std::string& word : corruptions()) {
        const Corrupting corruption{"kind: " + word};
        const SampleShape shape = shapes_for(*corruption).front();
        for (const float grey : {0.0F, 1.0F}) {
            const std::vector<float> values = corruption(std::vector<float>(shape.size(), grey), {.shape = shape});
            EXPECT_TRUE(std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) << word;
        }
    }
}

TEST(SampleShare, IsTheShareOfTheSamplesThatAreMet) {
    const CorruptionStep half{.sample_share = 0.5, .entry = 3};
    const CorruptionStep quarter{.sample_share = 0.25, .entry = 3};
    const CorruptionStep other{.sample_share = 0.5, .entry = 4};
    int met = 0;
    int both = 0;
    constexpr std::uint32_t samples = 20'000;
    for (std::uint32_t sample = 0; sample < samples; ++sample) {
        const bool by_half = half.meets(Seed{7}, sample);
        EXPECT_TRUE(by_half || !quarter.meets(Seed{7}, sample)) << "a share that grows only adds samples";
        met += by_half ? 1 : 0;
        both += by_half && other.meets(Seed{7}, sample) ? 1 : 0;
    }
    const double five_deviations = 5.0 * std::sqrt(samples * 0.25);
    EXPECT_NEAR(met, samples / 2.0, five_deviations);
    EXPECT_NEAR(both, samples / 4.0, five_deviations) << "entries meet samples independently of each other";
    EXPECT_TRUE((CorruptionStep{}.meets(Seed{7}, 0)));
}

}  // namespace
}  // namespace mlaasim::sim
