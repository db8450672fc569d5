// The fused convolutions, as defined and by Winograd's filtering, against the definition in double.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "fl/fused/kernels.hpp"
#include "fl/instruction_sets.hpp"
#include "sim/core/aligned.hpp"
#include "sim/core/random.hpp"

namespace mlaasim::fl::fused {
namespace {

using Floats = sim::AlignedVector<float>;

struct Case {
    std::size_t height;
    std::size_t width;
    std::size_t kernel_height;
    std::size_t in_channels;
    std::size_t out_channels;
    bool winograd;
    bool winograd_gradient;
};

/// One sample, its weights and a gradient of its output, all random.
struct Problem {
    explicit Problem(const Case& c) {
        const bool is_padded = c.winograd_gradient || c.in_channels >= 12;
        const std::size_t stride = is_padded ? sim::padded_floats(c.in_channels) : c.in_channels;
        shape = {.height = c.height,
                 .width = c.width,
                 .kernel_height = c.kernel_height,
                 .in_channels = c.in_channels,
                 .in_stride = stride,
                 .in_row = (c.width + 2) * stride,
                 .out_channels = sim::padded_floats(c.out_channels)};
        const std::size_t border = c.kernel_height / 2;
        input.resize((c.height + 2 * border) * shape.in_row);
        weight.resize(taps() * c.in_channels * shape.out_channels);
        bias.resize(shape.out_channels);
        gradient.resize(c.height * c.width * shape.out_channels);
        sim::RandomStream random{sim::Seed{3}, sim::Purpose::test, c.height * 100 + c.width,
                                 static_cast<std::uint32_t>(c.in_channels)};
        const auto draw = [&] { return static_cast<float>(random.uniform(-1.0, 1.0)); };
        for (std::size_t y = 0; y < c.height; ++y) {
            for (std::size_t x = 0; x < c.width; ++x) {
                for (std::size_t i = 0; i < c.in_channels; ++i) {
                    input[(y + border) * shape.in_row + (x + 1) * stride + i] = draw();
                }
                for (std::size_t o = 0; o < c.out_channels; ++o) {
                    gradient[(y * c.width + x) * shape.out_channels + o] = draw();
                }
            }
        }
        for (std::size_t i = 0; i < taps() * c.in_channels; ++i) {
            for (std::size_t o = 0; o < c.out_channels; ++o) {
                weight[i * shape.out_channels + o] = draw();
            }
        }
        for (std::size_t o = 0; o < c.out_channels; ++o) {
            bias[o] = draw();
        }
    }

    [[nodiscard]] std::size_t taps() const { return shape.kernel_height * 3; }
    [[nodiscard]] double input_at(std::size_t y, std::size_t x, std::size_t tap, std::size_t i) const {
        return input[(y + tap / 3) * shape.in_row + (x + tap % 3) * shape.in_stride + i];
    }

    Convolution shape;
    Floats input;
    Floats weight;
    Floats bias;
    Floats gradient;
};

class ConvolutionTest : public ::testing::TestWithParam<Case> {
protected:
    const Problem problem{GetParam()};
    const Convolution& shape = problem.shape;
};

TEST_P(ConvolutionTest, ForwardIsTheDefinition) {
    EXPECT_EQ(is_winograd(shape), GetParam().winograd);
    testing::on_every_instruction_set([&] {
        Floats transformed(transformed_floats(shape));
        Floats scratch(scratch_floats(shape));
        Floats out(problem.gradient.size());
        transform_weights(shape, problem.weight.data(), transformed.data());
        convolution_forward(shape, problem.input.data(), problem.weight.data(), transformed.data(), problem.bias.data(),
                            out.data(), scratch.data());
        for (std::size_t at = 0; at < out.size(); ++at) {
            const std::size_t o = at % shape.out_channels;
            const std::size_t y = at / shape.out_channels / shape.width;
            const std::size_t x = at / shape.out_channels % shape.width;
            double expected = problem.bias[o];
            for (std::size_t tap = 0; tap < problem.taps(); ++tap) {
                for (std::size_t i = 0; i < shape.in_channels; ++i) {
                    expected += problem.input_at(y, x, tap, i) *
                                problem.weight[(tap * shape.in_channels + i) * shape.out_channels + o];
                }
            }
            ASSERT_NEAR(out[at], expected, 5e-5) << "output " << o << " at " << y << ", " << x;
        }
    });
}

TEST_P(ConvolutionTest, WeightGradientIsTheDefinition) {
    EXPECT_EQ(is_winograd_gradient(shape), GetParam().winograd_gradient);
    testing::on_every_instruction_set([&] {
        Floats sums(gradient_sum_floats(shape));
        Floats scratch(gradient_scratch_floats(shape));
        for (int sample = 0; sample < 2; ++sample) {  // the second one is added
            convolution_weight_gradient(shape, problem.input.data(), problem.gradient.data(),
                                        shape.width * shape.out_channels, sums.data(), scratch.data());
        }
        complete_weight_gradient(shape, sums.data());
        for (std::size_t at = 0; at < problem.weight.size(); ++at) {
            const std::size_t o = at % shape.out_channels;
            const std::size_t i = at / shape.out_channels % shape.in_channels;
            const std::size_t tap = at / shape.out_channels / shape.in_channels;
            double expected = 0.0;
            for (std::size_t position = 0; position < shape.height * shape.width; ++position) {
                expected += 2.0 * problem.input_at(position / shape.width, position % shape.width, tap, i) *
                            problem.gradient[position * shape.out_channels + o];
            }
            ASSERT_NEAR(sums[at], expected, 2e-4) << "tap " << tap << ", channels " << i << ", " << o;
        }
    });
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, ConvolutionTest,
    ::testing::Values(Case{28, 28, 3, 1, 16, false, false}, Case{9, 31, 3, 3, 5, false, false},
                      Case{7, 7, 3, 16, 32, false, false}, Case{1, 128, 1, 9, 16, false, false},
                      Case{1, 13, 1, 40, 17, false, false}, Case{14, 14, 3, 16, 32, true, true},
                      Case{2, 2, 3, 16, 16, true, false}, Case{28, 28, 3, 33, 20, true, true},
                      Case{6, 10, 3, 12, 48, true, true}, Case{32, 4, 3, 40, 33, true, true},
                      Case{2, 4, 3, 16, 32, true, false}, Case{2, 10, 3, 12, 16, true, false},
                      Case{14, 14, 3, 8, 16, false, true}, Case{6, 6, 3, 11, 5, false, true}),
    [](const auto& tested) {
        const Case& c = tested.param;
        std::string name;
        for (const std::size_t number : {c.height, c.width, c.kernel_height, c.in_channels, c.out_channels}) {
            name += (name.empty() ? "" : "_") + std::to_string(number);
        }
        return name;
    });

}  // namespace
}  // namespace mlaasim::fl::fused
