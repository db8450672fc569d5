// Batch norm, pooling and ReLU of one sample against plain loops, on every instruction set of this machine.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "fl/fused/kernels.hpp"
#include "fl/instruction_sets.hpp"
#include "sim/core/aligned.hpp"
#include "sim/core/random.hpp"

namespace mlaasim::fl {
namespace {

using Floats = sim::AlignedVector<float>;
using testing::on_every_instruction_set;

Floats drawn(std::size_t count, std::uint32_t what) {
    sim::RandomStream random{sim::Seed{5}, sim::Purpose::test, what, 0};
    Floats values(count);
    std::generate(values.begin(), values.end(), [&] { return static_cast<float>(random.uniform(-1.0, 1.0)); });
    return values;
}

double relu(double value) { return std::max(value, 0.0); }

/// An image whose last row or column is in no window, and what the kernels make of it.
struct NormPool : ::testing::TestWithParam<fused::Pooling> {
    [[nodiscard]] double z(std::size_t position, std::size_t c) const {
        return static_cast<double>(scale[c]) * static_cast<double>(x[position * shape.channels + c]) +
               static_cast<double>(shift[c]);
    }
    /// The position of a window's maximum.
    [[nodiscard]] std::size_t largest(std::size_t window, std::size_t c) const {
        const std::size_t row = window / columns * shape.window_height;
        const std::size_t column = window % columns * shape.window_width;
        std::size_t found = row * shape.width + column;
        for (std::size_t h = 0; h < shape.window_height; ++h) {
            for (std::size_t w = 0; w < shape.window_width; ++w) {
                const std::size_t position = (row + h) * shape.width + column + w;
                found = z(position, c) > z(found, c) ? position : found;
            }
        }
        return found;
    }

    const fused::Pooling shape = GetParam();
    const std::size_t positions = shape.height * shape.width;
    const std::size_t columns = shape.width / shape.window_width;
    const std::size_t windows = shape.height / shape.window_height * columns;
    const Floats x = drawn(positions * shape.channels, 0);
    const Floats scale = drawn(shape.channels, 1);
    const Floats shift = drawn(shape.channels, 2);
};

TEST_P(NormPool, MomentsAreThoseOfAllPositions) {
    on_every_instruction_set([&] {
        Floats mean(shape.channels);
        Floats squares(shape.channels);
        fused::channel_moments(x.data(), positions, shape.channels, mean.data(), squares.data());
        Floats sums(shape.channels, 1.0F);
        Floats sums_of_squares(shape.channels, 2.0F);
        fused::norm_relu_sums(x.data(), positions, shape.channels, scale.data(), shift.data(), sums.data(),
                              sums_of_squares.data());
        for (std::size_t c = 0; c < shape.channels; ++c) {
            double total = 0.0;
            double passed = 1.0;
            double passed_squares = 2.0;
            for (std::size_t p = 0; p < positions; ++p) {
                total += static_cast<double>(x[p * shape.channels + c]);
                passed += relu(z(p, c));
                passed_squares += relu(z(p, c)) * relu(z(p, c));
            }
            const double average = total / static_cast<double>(positions);
            double differences = 0.0;
            for (std::size_t p = 0; p < positions; ++p) {
                const double difference = static_cast<double>(x[p * shape.channels + c]) - average;
                differences += difference * difference;
            }
            EXPECT_NEAR(mean[c], average, 1e-6);
            EXPECT_NEAR(squares[c], differences, 1e-5 * static_cast<double>(positions));
            EXPECT_NEAR(sums[c], passed, 1e-5 * static_cast<double>(positions));
            EXPECT_NEAR(sums_of_squares[c], passed_squares, 1e-5 * static_cast<double>(positions));
        }
    });
}

TEST_P(NormPool, ForwardKeepsTheLargestThatIsPositive) {
    on_every_instruction_set([&] {
        const std::size_t column = shape.channels + 16;
        const std::size_t row = columns * column + 32;
        Floats out(shape.height / shape.window_height * row, 7.0F);
        Floats selected(windows * shape.channels);
        fused::norm_pool_forward(shape, x.data(), scale.data(), shift.data(), out.data(), row, column, selected.data());
        for (std::size_t w = 0; w < windows; ++w) {
            const float* const pixel = &out[w / columns * row + w % columns * column];
            for (std::size_t c = 0; c < shape.channels; ++c) {
                const std::size_t position = largest(w, c);
                EXPECT_NEAR(pixel[c], relu(z(position, c)), 1e-6);
                EXPECT_EQ(selected[w * shape.channels + c], x[position * shape.channels + c]);
            }
            EXPECT_EQ(pixel[shape.channels], 7.0F) << "what lies between columns is left alone";
        }
    });
}

TEST_P(NormPool, BackwardIsTheGradientOfWhatPassed) {
    const Floats pooled_gradient = drawn(windows * shape.channels, 3);
    const Floats mean = drawn(shape.channels, 4);
    const Floats offset = drawn(shape.channels, 5);
    const Floats slope = drawn(shape.channels, 6);
    std::vector<double> expected(positions * shape.channels);
    std::vector<double> of_passed(shape.channels);
    std::vector<double> of_products(shape.channels);
    std::vector<double> of_all(shape.channels, 3.0);
    Floats selected(windows * shape.channels);
    for (std::size_t c = 0; c < shape.channels; ++c) {
        for (std::size_t p = 0; p < positions; ++p) {
            expected[p * shape.channels + c] =
                static_cast<double>(offset[c]) +
                static_cast<double>(slope[c]) * static_cast<double>(x[p * shape.channels + c]);
        }
        for (std::size_t w = 0; w < windows; ++w) {
            const std::size_t position = largest(w, c);
            selected[w * shape.channels + c] = x[position * shape.channels + c];
            if (z(position, c) > 0.0) {
                const auto g = static_cast<double>(pooled_gradient[w * shape.channels + c]);
                expected[position * shape.channels + c] += static_cast<double>(scale[c]) * g;
                of_passed[c] += g;
                of_products[c] += g * static_cast<double>(selected[w * shape.channels + c] - mean[c]);
            }
        }
        for (std::size_t p = 0; p < positions; ++p) {
            of_all[c] += expected[p * shape.channels + c];
        }
    }
    on_every_instruction_set([&] {
        Floats sums(shape.channels);
        Floats products(shape.channels);
        fused::norm_pool_sums(shape, selected.data(), pooled_gradient.data(), scale.data(), shift.data(), mean.data(),
                              sums.data(), products.data());
        const std::size_t row = shape.width * shape.channels + 16;
        Floats gradient(shape.height * row, 7.0F);
        Floats all(shape.channels, 3.0F);
        fused::norm_pool_backward(shape, x.data(), pooled_gradient.data(), scale.data(), shift.data(), offset.data(),
                                  slope.data(), gradient.data(), row, all.data());
        for (std::size_t c = 0; c < shape.channels; ++c) {
            EXPECT_NEAR(sums[c], of_passed[c], 1e-5 * static_cast<double>(positions));
            EXPECT_NEAR(products[c], of_products[c], 1e-5 * static_cast<double>(positions));
            EXPECT_NEAR(all[c], of_all[c], 1e-5 * static_cast<double>(positions));
            for (std::size_t p = 0; p < positions; ++p) {
                EXPECT_NEAR(gradient[p / shape.width * row + p % shape.width * shape.channels + c],
                            expected[p * shape.channels + c], 1e-6);
            }
        }
    });
}

INSTANTIATE_TEST_SUITE_P(Shapes, NormPool,
                         ::testing::Values(fused::Pooling{4, 6, 2, 2, 16}, fused::Pooling{5, 7, 2, 2, 32},
                                           fused::Pooling{1, 9, 1, 2, 48}));

}  // namespace
}  // namespace mlaasim::fl
