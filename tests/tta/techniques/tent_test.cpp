#include "tta/techniques/technique_test.hpp"

#include "fl/forward.hpp"

namespace mlaasim::tta {
namespace {

using fl::testing::Normalise;
using fl::testing::ReferenceModel;

class Tent : public TechniqueTest {
protected:
    /// Mean entropy of samples [first, first + count), normalised by their own statistics.
    [[nodiscard]] double loss(const Doubles& parameters, std::size_t first, std::size_t count) const {
        ReferenceModel reference{model, values(block, first, count)};
        double sum = 0.0;
        for (const Doubles& row : rows_of(reference.logits(parameters, Normalise::by_batch), classes)) {
            sum += entropy_of(row);
        }
        return sum / static_cast<double>(count);
    }
    [[nodiscard]] Doubles gradient(const Doubles& parameters, std::size_t first, std::size_t count) const {
        return differences(model, parameters, is_affine,
                           [&](const Doubles& moved) { return loss(moved, first, count); });
    }
};

TEST_F(Tent, ItsGradientIsThatOfTheMeanEntropy) {
    const Doubles expected = gradient(fl::testing::in_double(source), 0, 12);
    on_both_engines([&](const Stream& stream) {
        const std::vector<float> given = technique("tent")->gradient(model, source, stream);
        ASSERT_EQ(given.size(), expected.size());
        double largest = 0.0;
        for (std::size_t i = 0; i < given.size(); ++i) {
            EXPECT_NEAR(given[i], expected[i], 2e-5) << i;
            largest = std::max(largest, std::abs(expected[i]));
        }
        EXPECT_GT(largest, 0.01);
    });
}

TEST_F(Tent, AStepOfAdamForEachBatchAndThenTheStatisticsOfTheStream) {
    // Five samples, and the last batch takes the seven that are left.
    Doubles expected = fl::testing::in_double(source);
    PlainAdam adam;
    adam.step(expected, gradient(expected, 0, 5), 0.01);
    adam.step(expected, gradient(expected, 5, 7), 0.01);
    // The statistics are those that the stream has under the result, layer by layer.
    ReferenceModel reference{model, values(block, 0, 12)};
    static_cast<void>(reference.logits(expected, Normalise::by_batch));
    for (const fl::testing::ReferenceStatistics& layer : reference.statistics()) {
        for (std::size_t c = 0; c < layer.mean.size(); ++c) {
            expected[model.layout().blocks()[layer.first_block + 2].offset + c] = layer.mean[c];
            expected[model.layout().blocks()[layer.first_block + 3].offset + c] = layer.variance[c];
        }
    }
    on_both_engines([&](const Stream& stream) {
        auto given = source;
        Memory memory;
        technique("tent, batch: 5, rate: 0.01")->adapt(model, given, memory, stream);
        expect_parameters(
            given, expected, [](sim::ParameterKind kind) { return is_affine(kind) || is_statistic(kind); }, 1e-3);
    });
}

TEST_F(Tent, LowersTheEntropyOfTheStream) {
    auto given = source;
    adapt(technique("tent, batch: 12, rate: 0.05"), model, given, block);
    EXPECT_LT(loss(fl::testing::in_double(given), 0, 12), loss(fl::testing::in_double(source), 0, 12) - 0.01);
}

TEST_F(Tent, AStreamShorterThanABatchIsOneBatch) {
    auto by_short = source;
    auto by_long = source;
    adapt(technique("tent, batch: 12"), model, by_short, block);
    adapt(technique("tent, batch: 4096"), model, by_long, block);
    EXPECT_EQ(by_short, by_long);
    EXPECT_NE(by_short, source);
}

TEST_F(Tent, DeclaresWhatItChangesAndNeeds) {
    const auto tent = technique("tent");
    EXPECT_EQ(tent->changes(), Changes::affine);
    EXPECT_FALSE(tent->remembers());
    EXPECT_EQ(tent->needs(), sim::Needs{sim::Need::batch_norm});
    EXPECT_EQ(tent->fewest_samples(), 2);
}

}  // namespace
}  // namespace mlaasim::tta
