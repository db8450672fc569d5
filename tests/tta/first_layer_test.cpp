#include "tta/first_layer.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "fl/architectures.hpp"
#include "fl/test_samples.hpp"

namespace mlaasim::tta {
namespace {

using fl::testing::TestPool;

/// Mean, deviation and grid of planes of values, by their definitions.
std::vector<double> features_of(const std::vector<std::vector<double>>& planes, std::size_t height, std::size_t width,
                                std::size_t rows, std::size_t columns) {
    std::vector<double> means;
    std::vector<double> deviations;
    std::vector<double> grid(rows * columns, 0.0);
    for (const std::vector<double>& plane : planes) {
        double sum = 0.0;
        double squares = 0.0;
        for (std::size_t y = 0; y < height; ++y) {
            for (std::size_t x = 0; x < width; ++x) {
                const double value = plane[y * width + x];
                sum += value;
                squares += value * value;
                const std::size_t cell = y * rows / height * columns + x * columns / width;
                grid[cell] +=
                    value * static_cast<double>(rows * columns) / static_cast<double>(height * width * planes.size());
            }
        }
        const auto n = static_cast<double>(height * width);
        means.push_back(sum / n);
        deviations.push_back(std::sqrt(squares / n - sum / n * sum / n));
    }
    means.insert(means.end(), deviations.begin(), deviations.end());
    means.insert(means.end(), grid.begin(), grid.end());
    return means;
}

void expect_row(std::span<const float> found, const std::vector<double>& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(found[i], expected[i], 1e-4) << i;
    }
}

TEST(FirstLayer, OfVotesAreTheSamplesThemselves) {
    constexpr sim::SampleShape shape{2, 8, 12};
    const fl::Model model{fl::testing::mlp({3}), shape, 2};
    const TestPool pool{shape, 2, fl::testing::random_samples(shape, 2, 70)};
    const sim::SampleBlock block = pool.block();
    const Features features = first_layer_features(model, {}, block);
    EXPECT_EQ(features.count(), 70U);
    EXPECT_EQ(features.width, 2U + 2U + 16U);
    for (const std::size_t i : {0U, 31U, 32U, 69U}) {
        std::vector<std::vector<double>> planes;
        for (std::size_t c = 0; c < 2; ++c) {
            planes.emplace_back(block.sample(i) + c * 96, block.sample(i) + (c + 1) * 96);
        }
        expect_row(features.row(i), features_of(planes, 8, 12, 4, 4));
    }
}

/// The first convolution by its definition, with batch norm and ReLU.
TEST(FirstLayer, OfConvolutionsAreItsActivations) {
    constexpr sim::SampleShape shape{1, 8, 8};
    const fl::Model model{fl::testing::cnn({3, 2}, {4}), shape, 2};
    sim::AlignedVector<float> parameters = fl::testing::initial(model);
    const auto block_of = [&](std::size_t i) {
        return model.layout().view(std::span<float>{parameters}, model.layout().blocks()[i]);
    };
    // Weight, bias, then gamma, beta, mean, variance of the batch norm behind it.
    for (std::size_t c = 0; c < 3; ++c) {
        block_of(2)[c] = 1.0F + 0.5F * static_cast<float>(c);
        block_of(3)[c] = 0.1F * static_cast<float>(c);
        block_of(4)[c] = 0.2F - 0.1F * static_cast<float>(c);
        block_of(5)[c] = 0.5F + static_cast<float>(c);
    }
    const TestPool pool{shape, 2, fl::testing::random_samples(shape, 2, 5)};
    const sim::SampleBlock samples = pool.block();
    const Features features = first_layer_features(model, parameters, samples);
    EXPECT_EQ(features.width, 3U + 3U + 16U);
    for (std::size_t i = 0; i < samples.count(); ++i) {
        std::vector<std::vector<double>> planes;
        for (std::size_t c = 0; c < 3; ++c) {
            std::vector<double> plane;
            for (int y = 0; y < 8; ++y) {
                for (int x = 0; x < 8; ++x) {
                    double sum = block_of(1)[c];
                    for (int dy = -1; dy <= 1; ++dy) {
                        for (int dx = -1; dx <= 1; ++dx) {
                            if (y + dy >= 0 && y + dy < 8 && x + dx >= 0 && x + dx < 8) {
                                const auto at = static_cast<std::size_t>((y + dy) * 8 + x + dx);
                                const auto tap = c * 9 + static_cast<std::size_t>((dy + 1) * 3 + dx + 1);
                                sum += static_cast<double>(block_of(0)[tap]) * samples.sample(i)[at];
                            }
                        }
                    }
                    const double normalised = (sum - block_of(4)[c]) / std::sqrt(block_of(5)[c] + 1e-5);
                    plane.push_back(std::max(0.0, block_of(2)[c] * normalised + block_of(3)[c]));
                }
            }
            planes.push_back(plane);
        }
        expect_row(features.row(i), features_of(planes, 8, 8, 4, 4));
    }
}

TEST(FirstLayer, OfSeriesTheGridIsAlongTime) {
    constexpr sim::SampleShape shape{3, 1, 32};
    const fl::Model model{fl::testing::cnn1d({2}, {4}), shape, 2};
    const TestPool pool{shape, 2, fl::testing::random_samples(shape, 2, 4)};
    EXPECT_EQ(first_layer_features(model, fl::testing::initial(model), pool.block()).width, 2U + 2U + 16U);
}

}  // namespace
}  // namespace mlaasim::tta
