#include "tta/composability.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "support/chosen.hpp"

namespace mlaasim::tta {
namespace {

using sim::ParameterKind;
using Floats = std::vector<float>;

/// A linear layer of 2 weights and a batch norm of 4 channels.
sim::ParameterLayout one_of_each() {
    sim::ParameterLayout layout;
    layout.add("fc.weight", 0, ParameterKind::weight, {2});
    layout.add("bn.gamma", 1, ParameterKind::bn_gamma, {4});
    layout.add("bn.beta", 1, ParameterKind::bn_beta, {4});
    layout.add("bn.mean", 1, ParameterKind::bn_mean, {4});
    layout.add("bn.variance", 1, ParameterKind::bn_variance, {4});
    return layout;
}

sim::Chosen<PredictionDistance> distance(const std::string& word) {
    return mlaasim::testing::chosen(prediction_distance_kinds(), "pdam: " + word, "pdam");
}

class ComposabilityTest : public ::testing::Test {
protected:
    Floats model(const std::vector<Floats>& blocks) {
        Floats flat(layout.size(), 0.0F);
        for (std::size_t b = 0; b < blocks.size(); ++b) {
            std::copy(blocks[b].begin(), blocks[b].end(),
                      layout.view(std::span<float>{flat}, layout.blocks()[b]).begin());
        }
        return flat;
    }

    ComposabilityInput models(const Floats& adapted, const Floats& composition) {
        return {.adapted = adapted, .composition = composition};
    }

    const sim::ParameterLayout layout = one_of_each();
    const Floats base = model({{1, 0}, {1, 1, 1, 1}, {0, 0, 0, 0}, {0, 0, 0, 0}, {1, 1, 1, 1}});
    const Floats none = model({});
    ComposabilityOptions literal{.form = ComposabilityForm::literal};
};

TEST_F(ComposabilityTest, WdmByHandIgnoresStatistics) {
    // Trainable parts: (1, 0, 1, 1, 1, 1) and (1, 0, 0, 0, 0, 0): cos = 1/sqrt 5.
    const Floats other = model({{1, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}, {100, 0, 0, 0}, {900, 1, 1, 1}});
    EXPECT_NEAR(*wdm(models(other, base), layout, {}), std::exp(-(1 - 1 / std::sqrt(5.0))), 1e-12);
    EXPECT_NEAR(*wdm(models(base, base), layout, {}), 1, 1e-12);
}

TEST_F(ComposabilityTest, WdmOfAZeroModel) {
    EXPECT_NEAR(*wdm(models(none, base), layout, {}), std::exp(-1), 1e-12);
    EXPECT_NEAR(*wdm(models(none, none), layout, {}), 1, 1e-12);
    EXPECT_TRUE(std::isnan(*wdm(models(none, base), layout, literal)));
}

TEST_F(ComposabilityTest, UcsByHand) {
    // Layer 0 orthogonal (cos 0), layer 1 gamma and beta together: (1,0,..;1,0,..) and (1,0,..;0,..): cos = 1/sqrt 2.
    const Floats a = model({{1, 0}, {1, 0, 0, 0}, {1, 0, 0, 0}});
    const Floats c = model({{0, 2}, {3, 0, 0, 0}, {0, 0, 0, 0}});
    ComposabilityInput input = models(base, base);
    input.adapted_update = a;
    input.composition_update = c;
    const double cos = 1 / std::sqrt(2.0);
    EXPECT_NEAR(*ucs(input, layout, {}), (0.5 + (1 + cos) / 2) / 2, 1e-12);
    EXPECT_NEAR(*ucs(input, layout, {.layer_weights = LayerWeights::parameters}), (2 * 0.5 + 8 * (1 + cos) / 2) / 10,
                1e-12);
    EXPECT_NEAR(*ucs(input, layout, literal), cos / 2, 1e-9);
}

TEST_F(ComposabilityTest, UcsIsInTheUnitIntervalLiteralIsNot) {
    const Floats a = model({{1, 2}, {1, 1, 1, 1}, {1, 1, 1, 1}});
    Floats c = a;
    for (float& x : c) {
        x = -x;
    }
    ComposabilityInput input = models(base, base);
    input.adapted_update = a;
    input.composition_update = c;
    EXPECT_NEAR(*ucs(input, layout, {}), 0, 1e-12);
    EXPECT_NEAR(*bnuas(input, layout, {}), 0, 1e-12);
    EXPECT_NEAR(*ucs(input, layout, literal), -1, 1e-9);
    EXPECT_NEAR(*bnuas(input, layout, literal), -2, 1e-9);
    input.composition_update = a;
    EXPECT_NEAR(*ucs(input, layout, {}), 1, 1e-12);
    EXPECT_NEAR(*bnuas(input, layout, literal), 2, 1e-9);
}

TEST_F(ComposabilityTest, LayersThatNobodyUpdatedAreLeftOut) {
    // As TENT does: only gamma and beta move.
    const Floats a = model({{0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}});
    ComposabilityInput input = models(base, base);
    input.adapted_update = a;
    input.composition_update = a;
    EXPECT_NEAR(*ucs(input, layout, {}), 1, 1e-12);
    EXPECT_NEAR(*ucs(input, layout, literal), 0.5, 1e-9);
    input.adapted_update = none;
    input.composition_update = none;
    EXPECT_FALSE(ucs(input, layout, {}).has_value());
    EXPECT_FALSE(bnuas(input, layout, {}).has_value());
}

TEST_F(ComposabilityTest, AnUpdateOfOneSideOnlyIsNeither) {
    const Floats a = model({{1, 0}, {1, 0, 0, 0}, {1, 0, 0, 0}});
    ComposabilityInput input = models(base, base);
    input.adapted_update = a;
    input.composition_update = none;
    EXPECT_NEAR(*ucs(input, layout, {}), 0.5, 1e-12);
}

TEST_F(ComposabilityTest, BnuasByHand) {
    // gamma: cos 1; beta: cos 0. Mean .5 -> .75; literal 1.
    const Floats a = model({{0, 0}, {2, 0, 0, 0}, {1, 0, 0, 0}});
    const Floats c = model({{5, 5}, {1, 0, 0, 0}, {0, 1, 0, 0}});
    ComposabilityInput input = models(base, base);
    input.adapted_update = a;
    input.composition_update = c;
    EXPECT_NEAR(*bnuas(input, layout, {}), 0.75, 1e-12);
    EXPECT_NEAR(*bnuas(input, layout, literal), 1, 1e-9);
}

TEST_F(ComposabilityTest, BndasByHandDoesNotGrowWithTheChannels) {
    // |dmu| = 2, |dvar| = 4 over 4 channels: D = (1 + 2)/2; literal (2 + 4)/2.
    const Floats other = model({{1, 0}, {1, 1, 1, 1}, {0, 0, 0, 0}, {1, 1, 1, 1}, {3, 3, 3, 3}});
    EXPECT_NEAR(*bndas(models(other, base), layout, {}), std::exp(-1.5), 1e-12);
    EXPECT_NEAR(*bndas(models(other, base), layout, {.tau = 3}), std::exp(-0.5), 1e-12);
    EXPECT_NEAR(*bndas(models(other, base), layout, literal), std::exp(-3), 1e-12);
}

TEST_F(ComposabilityTest, PdamByHand) {
    // Sample 1: TV .5, W1 1 (mass .5 over two classes); sample 2: both 0.
    const Floats p{1, 0, 0, 0.2F, 0.3F, 0.5F};
    const Floats q{0.5F, 0, 0.5F, 0.2F, 0.3F, 0.5F};
    ComposabilityInput input = models(base, base);
    input.adapted_probabilities = p;
    input.composition_probabilities = q;
    input.classes = 3;
    EXPECT_NEAR(*pdam(input, {}), 0.75, 1e-7);
    EXPECT_NEAR(*pdam(input, {.pdam = distance("wasserstein")}), 0.5, 1e-7);
}

TEST_F(ComposabilityTest, PdamOfTotalVariationIsBlindToTheNumberingOfClassesW1IsNot) {
    const Floats p{1, 0, 0, 0};
    const Floats near{0.5F, 0.5F, 0, 0};
    const Floats far{0.5F, 0, 0, 0.5F};
    ComposabilityInput input = models(base, base);
    input.classes = 4;
    const auto score = [&](const Floats& q, const std::string& word) {
        input.adapted_probabilities = p;
        input.composition_probabilities = q;
        return *pdam(input, {.pdam = distance(word)});
    };
    EXPECT_EQ(score(near, "total_variation"), score(far, "total_variation"));
    EXPECT_NEAR(score(near, "wasserstein"), 0.5, 1e-7);
    EXPECT_EQ(score(far, "wasserstein"), 0) << "clamped, as in Alg. 1";
}

TEST_F(ComposabilityTest, ScoresThatDoNotApplyAreLeftOut) {
    const Floats p{0.5F, 0.5F};
    ComposabilityInput input = models(base, base);
    input.adapted_probabilities = p;
    input.composition_probabilities = p;
    input.classes = 2;
    const auto result = composability(input, layout, {});
    EXPECT_FALSE(result.ucs || result.bnuas);
    EXPECT_TRUE(result.wdm && result.bndas && result.pdam);
    EXPECT_NEAR(result.score, 1, 1e-12);
    EXPECT_TRUE(result.composable);
    const auto as_printed = composability(input, layout, literal);
    EXPECT_NEAR(as_printed.score, 0.6, 1e-12);
    EXPECT_FALSE(as_printed.composable);
}

TEST_F(ComposabilityTest, WithoutBatchNormItsScoresAreAbsent) {
    sim::ParameterLayout plain;
    plain.add("fc.weight", 0, ParameterKind::weight, {2});
    Floats w(plain.size(), 0.0F);
    w[0] = 1;
    const ComposabilityInput input{.adapted = w, .composition = w, .adapted_update = w, .composition_update = w};
    const auto result = composability(input, plain, {});
    EXPECT_FALSE(result.bnuas || result.bndas || result.pdam);
    EXPECT_NEAR(result.score, 1, 1e-12);
}

TEST_F(ComposabilityTest, ADivergedAdaptationScoresZero) {
    Floats broken = base;
    broken[0] = std::numeric_limits<float>::quiet_NaN();
    const Floats nan_probabilities(2, std::numeric_limits<float>::quiet_NaN());
    const Floats p{0.5F, 0.5F};
    ComposabilityInput input = models(broken, base);
    input.adapted_probabilities = nan_probabilities;
    input.composition_probabilities = p;
    input.classes = 2;
    const auto result = composability(input, layout, {});
    EXPECT_EQ(*result.wdm, 0);
    EXPECT_EQ(*result.pdam, 0);
    EXPECT_NEAR(result.score, 1.0 / 3, 1e-12);
}

TEST_F(ComposabilityTest, ThresholdIsInclusive) {
    const auto result = composability(models(base, base), layout, {.threshold = 1.0});
    EXPECT_TRUE(result.composable);
    EXPECT_FALSE(composability(models(none, base), layout, {.threshold = 1.0}).composable);
}

TEST(Composability, ALogisticRegressionDecidesWhereThereIsOne) {
    const Composability scores{.wdm = 0.5, .ucs = std::nullopt, .bnuas = 0.25, .bndas = 1.0, .pdam = 0.75};
    const double sum = -1.0 + 2.0 * 0.5 + 4.0 * 0.25 + 5.0 * 1.0 - 8.0 * 0.75;  // an absent score counts as 0
    const std::vector<double> logistic{-1, 2, 3, 4, 5, -8};
    EXPECT_NEAR(composable_probability(scores, logistic), 1.0 / (1.0 + std::exp(-sum)), 1e-12);

    const auto layout = one_of_each();
    const Floats model(layout.size(), 1.0F);
    const ComposabilityInput input{.adapted = model, .composition = model};
    EXPECT_TRUE(composability(input, layout, {.threshold = 2.0, .logistic = {-1, 2, 0, 0, 0, 0}}).composable);
    EXPECT_FALSE(composability(input, layout, {.threshold = 0.0, .logistic = {-1, 0.5, 0, 0, 0, 0}}).composable);
}

}  // namespace
}  // namespace mlaasim::tta
