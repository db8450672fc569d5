// The kernels of fully connected layers against plain loops in double, over odd shapes, on every instruction set.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "fl/aggregation/fixed_point_sum.hpp"
#include "fl/fused/kernels.hpp"
#include "fl/instruction_sets.hpp"
#include "sim/core/aligned.hpp"
#include "sim/core/random.hpp"

namespace mlaasim::fl::fused {
namespace {

using Floats = sim::AlignedVector<float>;

/// Around the sizes of every tile, and beyond.
constexpr std::size_t batches[]{1, 2, 3, 4, 5, 7, 11, 32};
constexpr std::size_t outputs[]{1, 2, 3, 4, 5, 6, 7, 9, 10, 17, 33};
constexpr std::size_t inputs[]{16, 32, 48, 96, 112, 784};

struct Layer {
    std::size_t n;
    std::size_t in;  ///< a multiple of 16
    std::size_t out;
    std::size_t stride = sim::padded_floats(out);
    Floats x, weight, bias, dy;

    Layer(std::size_t batch, std::size_t input, std::size_t output) : n{batch}, in{input}, out{output} {
        sim::RandomStream random{sim::Seed{n}, sim::Purpose::test, static_cast<std::uint32_t>(in),
                                 static_cast<std::uint32_t>(out)};
        const auto draw = [&](Floats& values, std::size_t rows, std::size_t columns, std::size_t used) {
            values.assign(rows * columns, 0.0F);
            for (std::size_t i = 0; i < values.size(); ++i) {
                values[i] = i % columns < used ? static_cast<float>(random.uniform(-1.0, 1.0)) : 0.0F;
            }
        };
        draw(x, n, in, in);
        draw(weight, out, in, in);
        draw(bias, 1, stride, out);
        draw(dy, n, stride, out);
    }
};

template <class Check>
void on_every_shape(Check check) {
    testing::on_every_instruction_set([&] {
        for (const std::size_t n : batches) {
            for (const std::size_t out : outputs) {
                for (const std::size_t in : inputs) {
                    SCOPED_TRACE(std::to_string(n) + " samples, " + std::to_string(in) + " to " + std::to_string(out));
                    check(Layer{n, in, out});
                }
            }
        }
    });
}

/// Sums of so many products of numbers up to 1, in single precision.
double rounding(std::size_t products) { return 1e-6 * std::sqrt(static_cast<double>(products)) + 1e-6; }

TEST(LinearKernels, ForwardIsTheProduct) {
    on_every_shape([](const Layer& layer) {
        for (const bool relu : {false, true}) {
            Floats y(layer.n * layer.stride, -7.0F);
            linear_forward({layer.x.data(), layer.in}, layer.n, layer.weight.data(), layer.in, layer.out,
                           layer.bias.data(), relu, {y.data(), layer.stride});
            double worst = 0.0;
            for (std::size_t i = 0; i < layer.n; ++i) {
                for (std::size_t o = 0; o < layer.out; ++o) {
                    double sum = layer.bias[o];
                    for (std::size_t k = 0; k < layer.in; ++k) {
                        sum += static_cast<double>(layer.x[i * layer.in + k]) * layer.weight[o * layer.in + k];
                    }
                    worst = std::max(worst, std::abs(y[i * layer.stride + o] - (relu ? std::max(sum, 0.0) : sum)));
                }
                EXPECT_TRUE(std::all_of(&y[i * layer.stride] + layer.out, &y[i * layer.stride] + layer.stride,
                                        [](float value) { return value == -7.0F; }))
                    << "what pads a row is left alone";
            }
            EXPECT_LT(worst, rounding(layer.in));
        }
    });
}

TEST(LinearKernels, BackwardIsTheProductWhereTheActivationPasses) {
    on_every_shape([](const Layer& layer) {
        for (const float* const activation : {static_cast<const float*>(nullptr), layer.x.data()}) {
            Floats dx(layer.n * layer.in, -7.0F);
            linear_backward({layer.dy.data(), layer.stride}, layer.n, layer.weight.data(), layer.in, layer.out,
                            activation, {dx.data(), layer.in});
            double worst = 0.0;
            for (std::size_t i = 0; i < layer.n; ++i) {
                for (std::size_t k = 0; k < layer.in; ++k) {
                    double sum = 0.0;
                    for (std::size_t o = 0; o < layer.out; ++o) {
                        sum += static_cast<double>(layer.dy[i * layer.stride + o]) * layer.weight[o * layer.in + k];
                    }
                    const bool passes = activation == nullptr || activation[i * layer.in + k] > 0.0F;
                    worst = std::max(worst, std::abs(dx[i * layer.in + k] - (passes ? sum : 0.0)));
                }
            }
            EXPECT_LT(worst, rounding(layer.out));
        }
    });
}

/// The parameters after a step of `update`, weights and then biases.
struct Updated {
    Floats weight, bias;
};
Updated update(const Layer& layer, const StepRule& rule, const LinearAddition* addition) {
    Updated after{Floats(layer.weight.size(), -7.0F), Floats(layer.bias.size(), 0.0F)};
    linear_update({layer.dy.data(), layer.stride}, layer.n, {layer.x.data(), layer.in}, layer.in, layer.out, rule,
                  {.before = layer.weight.data(), .parameters = after.weight.data()},
                  {.before = layer.bias.data(), .parameters = after.bias.data()}, addition);
    return after;
}

TEST(LinearKernels, UpdateStepsFromOneArrayToAnotherOrInPlace) {
    const StepRule rule{.rate = 0.5F};
    on_every_shape([&](const Layer& layer) {
        const Updated after = update(layer, rule, nullptr);
        double worst = 0.0;
        for (std::size_t o = 0; o < layer.out; ++o) {
            double of_bias = 0.0;
            for (std::size_t i = 0; i < layer.n; ++i) {
                of_bias += layer.dy[i * layer.stride + o];
            }
            worst = std::max(worst, std::abs(after.bias[o] - (layer.bias[o] - 0.5 * of_bias)));
            for (std::size_t k = 0; k < layer.in; ++k) {
                double sum = 0.0;
                for (std::size_t i = 0; i < layer.n; ++i) {
                    sum += static_cast<double>(layer.dy[i * layer.stride + o]) * layer.x[i * layer.in + k];
                }
                const std::size_t at = o * layer.in + k;
                worst = std::max(worst, std::abs(after.weight[at] - (layer.weight[at] - 0.5 * sum)));
            }
        }
        EXPECT_LT(worst, rounding(layer.n));
        Layer in_place = layer;
        linear_update({layer.dy.data(), layer.stride}, layer.n, {layer.x.data(), layer.in}, layer.in, layer.out, rule,
                      {.before = in_place.weight.data(), .parameters = in_place.weight.data()},
                      {.before = in_place.bias.data(), .parameters = in_place.bias.data()});
        EXPECT_EQ(in_place.weight, after.weight);
        EXPECT_EQ(in_place.bias, after.bias);
    });
}

TEST(LinearKernels, UpdateAddsUpWhatItStores) {
    const StepRule rule{.rate = 0.5F, .weight_decay = 0.01F};
    on_every_shape([&](const Layer& layer) {
        constexpr double factor = 3.0 * 0x1p30;
        const auto plain = update(layer, rule, nullptr);
        sim::AlignedVector<std::int64_t> weight(layer.weight.size(), 5);
        sim::AlignedVector<std::int64_t> bias(layer.bias.size(), 5);
        std::uint32_t largest = 0;
        const LinearAddition addition{{weight.data(), factor, &largest}, {bias.data(), factor, &largest}};
        const auto added = update(layer, rule, &addition);
        EXPECT_EQ(added.weight, plain.weight);
        EXPECT_EQ(added.bias, plain.bias);
        float expected_largest = 0.0F;
        const auto expect_units = [&](const Floats& row, const sim::AlignedVector<std::int64_t>& units) {
            for (std::size_t i = 0; i < row.size(); ++i) {
                expected_largest = std::max(expected_largest, std::abs(row[i]));
                ASSERT_EQ(units[i] - 5, std::llrint(static_cast<double>(row[i]) * factor)) << i;
            }
        };
        expect_units(added.weight, weight);
        expect_units(added.bias, bias);
        EXPECT_EQ(std::bit_cast<float>(largest), expected_largest);
    });
}

}  // namespace
}  // namespace mlaasim::fl::fused
