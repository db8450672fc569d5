#include "tta/techniques/technique_test.hpp"

#include "tta/techniques/views.hpp"

namespace mlaasim::tta {
namespace {

using fl::testing::Normalise;
using fl::testing::ReferenceModel;

class Memo : public TechniqueTest {
protected:
    /// The views of samples [first, first + count), in the order in which they are drawn.
    [[nodiscard]] Doubles views_of(std::size_t first, std::size_t count, std::size_t views,
                                   sim::RandomStream& random) const {
        const Stream stream = stream_of(block);
        Views drawn{shape, stream.mean, stream.deviation, /*mirror=*/false};
        Doubles all;
        std::vector<float> view(shape.size());
        for (std::size_t i = 0; i < count * views; ++i) {
            drawn.draw({block.sample(first + i / views), shape.size()}, view, random);
            all.insert(all.end(), view.begin(), view.end());
        }
        return all;
    }

    /// Mean over the samples of the entropy of the mean prediction over their views.
    [[nodiscard]] static double loss(const fl::Model& of, const Doubles& parameters, const Doubles& views,
                                     std::size_t each) {
        ReferenceModel reference{of, views};
        const auto rows = rows_of(reference.logits(parameters, Normalise::by_running_statistics), classes);
        double sum = 0.0;
        for (std::size_t i = 0; i < rows.size(); i += each) {
            Doubles mean(classes, 0.0);
            for (std::size_t k = i; k < i + each; ++k) {
                for (std::size_t c = 0; c < classes; ++c) {
                    mean[c] += rows[k][c] / static_cast<double>(each);
                }
            }
            sum += entropy_of(mean);
        }
        return sum * static_cast<double>(each) / static_cast<double>(rows.size());
    }

    static bool trained(sim::ParameterKind kind) { return !is_statistic(kind); }

    /// On both engines.
    void expect_gradient(const fl::Model& of, const sim::AlignedVector<float>& parameters) const {
        sim::RandomStream random = stream_of(block).random;
        const Doubles views = views_of(0, 12, 3, random);
        const Doubles expected = differences(of, fl::testing::in_double(parameters), trained,
                                             [&](const Doubles& moved) { return loss(of, moved, views, 3); });
        for (const bool fused : {false, true}) {
            Stream stream = stream_of(block);
            stream.fused = fused;
            const std::vector<float> given = technique("memo, views: 3")->gradient(of, parameters, stream);
            double largest = 0.0;
            for (std::size_t i = 0; i < given.size(); ++i) {
                // A ReLU or a pooling whose input is as good as equal has no derivative to compare.
                EXPECT_NEAR(given[i], expected[i], 2e-4 + 1e-3 * std::abs(expected[i])) << fused << " " << i;
                largest = std::max(largest, std::abs(expected[i]));
            }
            EXPECT_GT(largest, 0.05);
        }
    }
};

TEST_F(Memo, ItsGradientIsThatOfTheMarginalEntropy) { expect_gradient(model, source); }

TEST_F(Memo, ItsGradientIsThatOfTheMarginalEntropyWithoutConvolutions) {
    const fl::Model mlp{fl::testing::mlp({6}), shape, classes};
    auto dense = fl::testing::initial(mlp);
    for (float& value : dense) {
        value *= 1.5F;  // predictions that differ
    }
    expect_gradient(mlp, dense);
}

TEST_F(Memo, AStepOfDescentForEachBatch) {
    sim::RandomStream random = stream_of(block).random;
    Doubles expected = fl::testing::in_double(source);
    for (const auto& [first, count] : {std::pair<std::size_t, std::size_t>{0, 5}, {5, 7}}) {
        const Doubles views = views_of(first, count, 2, random);
        const Doubles gradient =
            differences(model, expected, trained, [&](const Doubles& moved) { return loss(model, moved, views, 2); });
        for (std::size_t i = 0; i < expected.size(); ++i) {
            expected[i] -= 0.1 * gradient[i];
        }
    }
    for (const bool fused : {false, true}) {
        auto given = source;
        Memory memory;
        Stream stream = stream_of(block);
        stream.fused = fused;
        technique("memo, views: 2, batch: 5, rate: 0.1")->adapt(model, given, memory, stream);
        expect_parameters(given, expected, trained, 1e-4);
        EXPECT_NE(given, source);
    }
}

TEST_F(Memo, NeedsNoBatchNormAndOneSample) {
    const auto memo = technique("memo, views: 2");
    EXPECT_EQ(memo->changes(), Changes::parameters);
    EXPECT_TRUE(memo->needs().empty());
    EXPECT_EQ(memo->fewest_samples(), 1);
    const fl::Model mlp{fl::testing::mlp({4}), shape, classes};
    auto dense = fl::testing::initial(mlp);
    const auto before = dense;
    adapt(memo, mlp, dense, pool.block(1));
    EXPECT_NE(dense, before);
    EXPECT_TRUE(fl::testing::padding_is_zero(mlp.layout(), dense));
}

/// Views of images are cut from them, so they are like them; the same draws give the same views.
TEST_F(Memo, ViewsAreDrawnFromTheStreamAlone) {
    sim::RandomStream one = stream_of(block).random;
    sim::RandomStream same = one;
    EXPECT_EQ(views_of(0, 2, 4, one), views_of(0, 2, 4, same));
    const Doubles views = views_of(0, 1, 2, one);
    const std::size_t half = views.size() / 2;
    EXPECT_FALSE(std::equal(views.begin(), views.begin() + static_cast<std::ptrdiff_t>(half),
                            views.begin() + static_cast<std::ptrdiff_t>(half)));
    for (const double value : views) {
        EXPECT_GE(value * 0.25 + 0.3, -1e-5);
        EXPECT_LE(value * 0.25 + 0.3, 1.0 + 1e-5);
    }
}

}  // namespace
}  // namespace mlaasim::tta
