#include "tta/first_layer.hpp"

#include <algorithm>
#include <cmath>

#include "fl/fused/kernel_plan.hpp"
#include "sim/core/aligned.hpp"
#include "sim/core/clones.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::tta {
namespace {

using Floats = sim::AlignedVector<float>;

constexpr std::size_t most_channels = 64;

/// Where the cells of a grid begin and end along one side.
struct Cells {
    std::size_t count;
    std::size_t length;

    [[nodiscard]] std::size_t first(std::size_t cell) const { return (cell * length + count - 1) / count; }
    [[nodiscard]] std::size_t size(std::size_t cell) const { return first(cell + 1) - first(cell); }
};

/// The grid of a sample's features: 4 x 4, of series 1 x 16, or as many as it has rows and columns.
struct Grid {
    explicit Grid(const sim::SampleShape& shape)
        : rows{shape.is_series() ? 1 : std::min<std::size_t>(4, shape.height), shape.height},
          columns{std::min<std::size_t>(shape.is_series() ? 16 : 4, shape.width), shape.width} {}

    [[nodiscard]] std::size_t cells() const { return rows.count * columns.count; }

    Cells rows;
    Cells columns;
};

void append_moments(std::span<const double> sums, std::span<const double> squares, double n,
                    std::vector<float>& features) {
    for (const double sum : sums) {
        features.push_back(static_cast<float>(sum / n));
    }
    for (std::size_t c = 0; c < sums.size(); ++c) {
        const double mean = sums[c] / n;
        features.push_back(static_cast<float>(std::sqrt(std::max(0.0, squares[c] / n - mean * mean))));
    }
}

void append_cells(const Grid& grid, std::span<const double> sums, std::size_t channels, std::vector<float>& features) {
    for (std::size_t r = 0; r < grid.rows.count; ++r) {
        for (std::size_t k = 0; k < grid.columns.count; ++k) {
            const auto values = static_cast<double>(grid.rows.size(r) * grid.columns.size(k) * channels);
            features.push_back(static_cast<float>(sums[r * grid.columns.count + k] / values));
        }
    }
}

/// Of samples as they are.
MLAASIM_CLONES void add_row(const float* __restrict row, std::size_t n, double* __restrict sums,
                            double* __restrict squares) {
    for (std::size_t x = 0; x < n; ++x) {
        const double value = row[x];
        sums[x] += value;
        squares[x] += value * value;
    }
}

void append_values(const sim::SampleShape& shape, const float* sample, std::vector<float>& features) {
    const Grid grid{shape};
    const std::size_t channels = std::min<std::size_t>(most_channels, shape.channels);
    std::vector<double> sums(channels, 0.0);
    std::vector<double> squares(channels, 0.0);
    std::vector<double> cells(grid.cells(), 0.0);
    std::vector<double> columns(shape.width);
    std::vector<double> squared_columns(shape.width);
    for (std::size_t channel = 0; channel < channels; ++channel) {
        for (std::size_t r = 0; r < grid.rows.count; ++r) {
            std::ranges::fill(columns, 0.0);
            std::ranges::fill(squared_columns, 0.0);
            for (std::size_t y = grid.rows.first(r); y < grid.rows.first(r + 1); ++y) {
                add_row(sample + (channel * shape.height + y) * shape.width, shape.width, columns.data(),
                        squared_columns.data());
            }
            for (std::size_t k = 0; k < grid.columns.count; ++k) {
                for (std::size_t x = grid.columns.first(k); x < grid.columns.first(k + 1); ++x) {
                    cells[r * grid.columns.count + k] += columns[x];
                    sums[channel] += columns[x];
                    squares[channel] += squared_columns[x];
                }
            }
        }
    }
    append_moments(sums, squares, static_cast<double>(shape.height) * shape.width, features);
    append_cells(grid, cells, channels, features);
}

/// The first convolution of a model with the batch norm and ReLU behind it, of its first 64 channels.
class FirstConvolution {
public:
    FirstConvolution(const fl::Model& model, std::span<const float> parameters)
        : grid_{model.input()}, channels_{std::min<std::size_t>(most_channels, model.layers().front().out.channels)} {
        const fl::Layer& layer = model.layers().front();
        const std::size_t taps = std::size_t{layer.window.height} * layer.window.width;
        const std::size_t inputs = layer.in.channels;
        const std::size_t padded = sim::padded_floats(channels_);
        sim::expects(layer.window.width == 3, "the kernels' convolutions are 3 wide");
        block_.border = layer.window.height / 2;
        block_.shape = {.height = layer.in.height,
                        .width = layer.in.width,
                        .kernel_height = layer.window.height,
                        .in_channels = inputs,
                        .in_stride = inputs,
                        .in_row = (layer.in.width + 2) * inputs,
                        .out_channels = padded};
        const auto of = [&](const fl::Layer& l, std::size_t i) {
            return model.layout().view(parameters, model.layout().blocks()[l.first_block + i]);
        };
        const std::span<const float> weight = of(layer, 0);
        const std::span<const float> bias = of(layer, 1);
        weight_.resize(taps * inputs * padded);
        for (Floats* by_channel : {&bias_, &scale_, &shift_, &cell_, &squares_}) {
            by_channel->resize(padded);
        }
        for (std::size_t c = 0; c < channels_; ++c) {
            for (std::size_t i = 0; i < inputs * taps; ++i) {
                weight_[(i % taps * inputs + i / taps) * padded + c] = weight[c * inputs * taps + i];
            }
            bias_[c] = bias[c];
            scale_[c] = 1.0F;
        }
        if (const fl::Layer& norm = model.layers()[1]; norm.kind == fl::LayerKind::batch_norm) {
            for (std::size_t c = 0; c < channels_; ++c) {
                const double deviation = std::sqrt(static_cast<double>(of(norm, 3)[c]) + fl::batch_norm_epsilon);
                const double scale = static_cast<double>(of(norm, 0)[c]) / deviation;
                scale_[c] = static_cast<float>(scale);
                shift_[c] = static_cast<float>(of(norm, 1)[c] - scale * of(norm, 2)[c]);
            }
        }
        transformed_.resize(fl::fused::transformed_floats(block_.shape));
        fl::fused::transform_weights(block_.shape, weight_.data(), transformed_.data());
        scratch_.resize(fl::fused::scratch_floats(block_.shape));
        image_.resize(block_.input_floats());
        output_.resize(block_.positions() * padded);
    }

    void append(const float* sample, std::vector<float>& features) {
        copy_images(block_, sample, 0, 1, image_.data());
        convolution_forward(block_.shape, image_.data(), weight_.data(), transformed_.data(), bias_.data(),
                            output_.data(), scratch_.data());
        const std::size_t padded = block_.shape.out_channels;
        std::vector<double> sums(channels_, 0.0);
        std::vector<double> squares(channels_, 0.0);
        std::vector<double> cells(grid_.cells(), 0.0);
        for (std::size_t r = 0; r < grid_.rows.count; ++r) {
            for (std::size_t k = 0; k < grid_.columns.count; ++k) {
                std::ranges::fill(cell_, 0.0F);
                std::ranges::fill(squares_, 0.0F);
                for (std::size_t y = grid_.rows.first(r); y < grid_.rows.first(r + 1); ++y) {
                    fl::fused::norm_relu_sums(
                        output_.data() + (y * block_.shape.width + grid_.columns.first(k)) * padded,
                        grid_.columns.size(k), padded, scale_.data(), shift_.data(), cell_.data(), squares_.data());
                }
                for (std::size_t c = 0; c < channels_; ++c) {
                    sums[c] += static_cast<double>(cell_[c]);
                    squares[c] += static_cast<double>(squares_[c]);
                    cells[r * grid_.columns.count + k] += static_cast<double>(cell_[c]);
                }
            }
        }
        append_moments(sums, squares, static_cast<double>(block_.positions()), features);
        append_cells(grid_, cells, channels_, features);
    }

private:
    Grid grid_;
    std::size_t channels_;
    fl::fused::ConvolutionBlock block_;
    Floats weight_;
    Floats transformed_;
    Floats bias_;
    Floats scale_;
    Floats shift_;
    Floats scratch_;
    Floats image_;    ///< bordered
    Floats output_;   ///< of the convolution
    Floats cell_;     ///< sums of a cell, by channel
    Floats squares_;  ///< of its squares
};

}  // namespace

Features first_layer_features(const fl::Model& model, std::span<const float> parameters,
                              const sim::SampleBlock& samples) {
    const fl::Layer& first = model.layers().front();
    const bool convolves = !parameters.empty() && first.kind == fl::LayerKind::convolution;
    const std::size_t channels = convolves ? first.out.channels : model.input().channels;
    Features features{.width = 2 * std::min(most_channels, channels) + Grid{model.input()}.cells()};
    features.values.reserve(samples.count() * features.width);
    if (convolves) {
        FirstConvolution convolution{model, parameters};
        for (std::size_t i = 0; i < samples.count(); ++i) {
            convolution.append(samples.sample(i), features.values);
        }
        return features;
    }
    for (std::size_t i = 0; i < samples.count(); ++i) {
        append_values(model.input(), samples.sample(i), features.values);
    }
    return features;
}

}  // namespace mlaasim::tta
