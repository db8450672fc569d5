// Streams, and models, without one of the classes.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "fl/aggregation/fixed_point_sum.hpp"
#include "tta/techniques/attempt.hpp"
#include "tta/techniques/technique_test.hpp"

namespace mlaasim::tta {
namespace {

using Parameters = sim::AlignedVector<float>;

class MissingClass : public TechniqueTest {
protected:
    static constexpr std::size_t missing = classes - 1;

    /// The source with so much added to the logit of one class: at 1000, or -1000, all probabilities are 0 or 1 in
    /// double, too.
    [[nodiscard]] Parameters with_logit(std::size_t label, float more) const {
        Parameters changed = source;
        const sim::ParameterBlock& bias = model.layout().blocks().back();
        EXPECT_EQ(bias.count, classes);
        changed[bias.offset + label] += more;
        return changed;
    }

    [[nodiscard]] static std::vector<float> probabilities_of(const fl::Model& of, const Parameters& parameters,
                                                             const sim::SampleBlock& samples) {
        return fl::make_evaluator({.fused = false, .reason = "test"}, of, 64).probabilities(parameters, samples);
    }

    /// The same model without its last class.
    [[nodiscard]] Parameters of_fewer_classes(const fl::Model& fewer, const Parameters& all) const {
        Parameters flat(fewer.layout().size(), 0.0F);
        for (std::size_t b = 0; b < fewer.layout().blocks().size(); ++b) {
            const auto to = fewer.layout().view(std::span<float>{flat}, fewer.layout().blocks()[b]);
            const auto from = model.layout().view(std::span<const float>{all}, model.layout().blocks()[b]);
            std::copy_n(from.begin(), to.size(), to.begin());
        }
        return flat;
    }

    /// After an adaptation on both engines and with both ways to take MEMO's gradient.
    template <class Check>
    void adapted_everywhere(const std::string& line, const Parameters& start, Check check) const {
        on_both_engines([&](Stream stream) {
            for (const bool fused : {false, true}) {
                stream.fused = fused;
                if (fused && !line.starts_with("memo")) {
                    continue;
                }
                SCOPED_TRACE(line + (fused ? ", fused" : ""));
                Parameters adapted = start;
                Memory memory;
                ASSERT_EQ(attempt(*technique(line), model, adapted, memory, stream, fl::divergence_bound(start)),
                          AttemptOutcome::adapted);
                check(adapted);
                const std::vector<float> gradient = technique(line)->gradient(model, start, stream);
                EXPECT_TRUE(std::ranges::all_of(gradient, [](float value) { return std::isfinite(value); }));
            }
        });
    }
};

const std::vector<std::string> all_that_adapt{
    "batch_norm",     "batch_norm, prior: 0.5",      "batch_norm, ema: 0.5",        "tent, batch: 4",
    "memo, views: 2", "rdumb, entropy: 1, batch: 4", "rotta, capacity: 6, every: 4"};

TEST_F(MissingClass, OneThatTheModelNeverNamesIsNotNamedAfterwards) {
    const Parameters start = with_logit(missing, -1000.0F);
    for (const std::string& line : all_that_adapt) {
        adapted_everywhere(line, start, [&](const Parameters& adapted) {
            EXPECT_NE(adapted, start);
            const std::vector<float> p = probabilities_of(model, adapted, block);
            for (std::size_t i = 0; i < p.size(); i += classes) {
                EXPECT_EQ(p[i + missing], 0.0F);
                EXPECT_NEAR(p[i] + p[i + 1], 1.0F, 1e-5F);
            }
        });
    }
}

/// What is never named has no part in a loss: the steps are those of a model that does not know the class.
TEST_F(MissingClass, StepsAreThoseOfAModelWithoutIt) {
    const fl::Model fewer{fl::testing::cnn({4, 3}, {6}), shape, classes - 1};
    const Parameters start = with_logit(missing, -1000.0F);
    for (const char* const line : {"tent, batch: 4, rate: 0.01", "memo, views: 2, rate: 0.1"}) {
        Parameters expected = of_fewer_classes(fewer, start);
        const Parameters before = expected;
        adapt(technique(line), fewer, expected, block, fl::testing::autograd);
        ASSERT_NE(expected, before);
        adapted_everywhere(line, start, [&](const Parameters& adapted) {
            const Parameters given = of_fewer_classes(fewer, adapted);
            for (std::size_t i = 0; i < given.size(); ++i) {
                EXPECT_NEAR(given[i], expected[i], 1e-3) << i;
            }
        });
    }
}

/// Of a stream of one class that the model is sure of there is nothing to learn but its statistics.
TEST_F(MissingClass, AStreamOfOneSureClassMovesStatisticsAlone) {
    const Parameters start = with_logit(0, 1000.0F);
    for (const std::string& line : all_that_adapt) {
        adapted_everywhere(line, start, [&](const Parameters& adapted) {
            for (const sim::ParameterBlock& of : model.layout().blocks()) {
                for (std::size_t i = of.offset; of.trainable() && i < of.offset + of.count; ++i) {
                    EXPECT_EQ(adapted[i], start[i]) << of.name;
                }
            }
            const std::vector<float> p = probabilities_of(model, adapted, block);
            for (std::size_t i = 0; i < p.size(); ++i) {
                EXPECT_EQ(p[i], i % classes == 0 ? 1.0F : 0.0F);
            }
        });
    }
}

/// The pull of neighbours makes no class that none of them names.
TEST_F(MissingClass, NeighboursDoNotMakeIt) {
    const std::vector<float> features{1, 0, 0.9F, 0.1F, 0, 1, 0.1F, 0.9F};
    const std::vector<float> with{0.75F, 0.25F, 0, 0.5F, 0.5F, 0, 0.125F, 0.875F, 0, 0, 1, 0};
    std::vector<float> without;
    for (std::size_t i = 0; i < with.size(); ++i) {
        if (i % classes != missing) {
            without.push_back(with[i]);
        }
    }
    const auto lame = technique("lame, neighbours: 2");
    const std::vector<float> z = lame->adjusted(features, with, classes);
    const std::vector<float> expected = lame->adjusted(features, without, classes - 1);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(z[i * classes], expected[i * 2], 1e-5) << i;
        EXPECT_NEAR(z[i * classes + 1], expected[i * 2 + 1], 1e-5) << i;
        EXPECT_LT(z[i * classes + missing], 1e-8F) << i;
    }
}

}  // namespace
}  // namespace mlaasim::tta
