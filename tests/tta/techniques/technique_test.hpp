// A small model with batch norm and a stream, on which techniques are checked step by step.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "fl/architectures.hpp"
#include "fl/engines.hpp"
#include "fl/reference_model.hpp"
#include "fl/test_samples.hpp"
#include "support/chosen.hpp"
#include "tta/techniques/technique.hpp"

namespace mlaasim::tta {

[[nodiscard]] inline sim::Chosen<Technique> technique(const std::string& line) {
    return mlaasim::testing::chosen(technique_kinds(), "technique: " + line, "technique");
}

[[nodiscard]] inline Stream stream_of(const sim::SampleBlock& samples, fl::BatchNormAdapter* adapter) {
    return {.samples = samples,
            .mean = 0.3F,
            .deviation = 0.25F,
            .random = {sim::Seed{5}, sim::Purpose::views, 0, 1},
            .adapter = adapter};
}

/// Without a memory.
inline void adapt(const sim::Chosen<Technique>& technique, const fl::Model& model, std::span<float> flat,
                  const sim::SampleBlock& samples, const fl::EngineChoice& engine = fl::testing::fused) {
    Memory memory;
    technique->adapt(model, flat, memory, stream_of(samples, fl::make_batch_norm_adapter(engine, model).get()));
}

using fl::testing::Doubles;

/// Central differences of a function of the parameters, at those of the wanted kinds; 0 elsewhere.
[[nodiscard]] inline Doubles differences(const fl::Model& model, const Doubles& at,
                                         const std::function<bool(sim::ParameterKind)>& wanted,
                                         const std::function<double(const Doubles&)>& f) {
    Doubles gradient(at.size(), 0.0);
    for (const sim::ParameterBlock& block : model.layout().blocks()) {
        for (std::size_t i = block.offset; wanted(block.kind) && i < block.offset + block.count; ++i) {
            constexpr double step = 1e-5;
            Doubles moved = at;
            moved[i] = at[i] + step;
            const double above = f(moved);
            moved[i] = at[i] - step;
            gradient[i] = (above - f(moved)) / (2.0 * step);
        }
    }
    return gradient;
}

[[nodiscard]] inline bool is_affine(sim::ParameterKind kind) {
    return kind == sim::ParameterKind::bn_gamma || kind == sim::ParameterKind::bn_beta;
}
[[nodiscard]] inline bool is_statistic(sim::ParameterKind kind) {
    return kind == sim::ParameterKind::bn_mean || kind == sim::ParameterKind::bn_variance;
}

/// Softmax row by row, in double.
[[nodiscard]] inline std::vector<Doubles> rows_of(const Doubles& logits, std::size_t classes) {
    std::vector<Doubles> rows;
    for (std::size_t at = 0; at < logits.size(); at += classes) {
        Doubles row;
        double sum = 0.0;
        for (std::size_t c = 0; c < classes; ++c) {
            row.push_back(std::exp(logits[at + c]));
            sum += row.back();
        }
        for (double& value : row) {
            value /= sum;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

[[nodiscard]] inline double entropy_of(const Doubles& row) {
    double sum = 0.0;
    for (const double p : row) {
        sum -= p * std::log(p);
    }
    return sum;
}

/// A textbook Adam on all numbers of a gradient.
struct PlainAdam {
    Doubles first, second;
    int steps = 0;
    void step(Doubles& parameters, const Doubles& gradient, double rate) {
        first.resize(gradient.size(), 0.0);
        second.resize(gradient.size(), 0.0);
        ++steps;
        for (std::size_t i = 0; i < gradient.size(); ++i) {
            first[i] = 0.9 * first[i] + 0.1 * gradient[i];
            second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i];
            const double m = first[i] / (1.0 - std::pow(0.9, steps));
            const double v = second[i] / (1.0 - std::pow(0.999, steps));
            parameters[i] -= rate * m / (std::sqrt(v) + 1e-8);
        }
    }
};

class TechniqueTest : public ::testing::Test {
protected:
    static constexpr sim::SampleShape shape{2, 8, 8};
    static constexpr std::uint32_t classes = 3;

    TechniqueTest() {
        sim::RandomStream random{sim::Seed{4}, sim::Purpose::test, 0, 0};
        for (const sim::ParameterBlock& of : model.layout().blocks()) {
            for (float& value : model.layout().view(std::span<float>{source}, of)) {
                if (of.kind == sim::ParameterKind::bn_mean || of.kind == sim::ParameterKind::bn_beta) {
                    value = static_cast<float>(random.uniform(-0.5, 0.5));
                } else if (!of.trainable() || of.kind == sim::ParameterKind::bn_gamma) {
                    value = static_cast<float>(random.uniform(0.5, 1.5));
                } else {
                    value *= 1.5F;  // predictions that differ
                }
            }
        }
    }

    /// For batch norm on the fused engine.
    [[nodiscard]] Stream stream_of(const sim::SampleBlock& samples) const {
        return tta::stream_of(samples, fused_adapter.get());
    }
    /// Calls check(stream of the block) with the adapter of each engine.
    template <class Check>
    void on_both_engines(Check check) const {
        for (const auto& engine : {fl::testing::fused, fl::testing::autograd}) {
            SCOPED_TRACE(engine.fused ? "fused" : "autograd");
            const auto adapter = fl::make_batch_norm_adapter(engine, model);
            check(tta::stream_of(block, adapter.get()));
        }
    }

    /// Values of samples [first, first + count) of a block, in double.
    [[nodiscard]] static Doubles values(const sim::SampleBlock& samples, std::size_t first, std::size_t count) {
        Doubles all;
        for (std::size_t i = first; i < first + count; ++i) {
            all.insert(all.end(), samples.sample(i), samples.sample(i) + shape.size());
        }
        return all;
    }

    /// Parameters of the wanted kinds are those expected, the others as they were.
    void expect_parameters(std::span<const float> given, const Doubles& expected,
                           const std::function<bool(sim::ParameterKind)>& wanted, double tolerance) const {
        for (const sim::ParameterBlock& of : model.layout().blocks()) {
            for (std::size_t i = of.offset; i < of.offset + of.count; ++i) {
                if (wanted(of.kind)) {
                    EXPECT_NEAR(given[i], expected[i], tolerance) << of.name << " " << i - of.offset;
                } else {
                    EXPECT_EQ(given[i], source[i]) << of.name << " " << i - of.offset;
                }
            }
        }
    }

    const fl::Model model{fl::testing::cnn({4, 3}, {6}), shape, classes};
    const std::unique_ptr<fl::BatchNormAdapter> fused_adapter = fl::make_batch_norm_adapter(fl::testing::fused, model);
    const fl::testing::TestPool pool{shape, classes, fl::testing::random_samples(shape, classes, 12)};
    const sim::SampleBlock block = pool.block();
    sim::AlignedVector<float> source = fl::testing::initial(model);
};

}  // namespace mlaasim::tta
