#include "tta/first_layer.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/aligned.hpp"
#include "sim/core/clones.hpp"

namespace mlaasim::tta {
namespace {

constexpr std::size_t most_channels = 64;

/// One weight of a convolution on a whole row.
MLAASIM_CLONES void add_tap(float* __restrict to, const float* __restrict from, float weight, std::size_t n) {
    for (std::size_t x = 0; x < n; ++x) {
        to[x] += weight * from[x];
    }
}

/// Values after batch norm and ReLU (scale, shift, floor 0), added to the sums.
MLAASIM_CLONES void add_activations(const float* __restrict row, float scale, float shift, std::size_t n,
                                    float* __restrict sums, float* __restrict squares, float* __restrict cells) {
    for (std::size_t x = 0; x < n; ++x) {
        const float before = row[x] * scale + shift;
        const float value = before < 0.0F ? 0.0F : before;  // what is no number stays none
        sums[x] += value;
        squares[x] += value * value;
        cells[x] += value;
    }
}

/// The same of values as they are.
MLAASIM_CLONES void add_values(const float* __restrict row, std::size_t n, float* __restrict sums,
                               float* __restrict squares, float* __restrict cells) {
    for (std::size_t x = 0; x < n; ++x) {
        sums[x] += row[x];
        squares[x] += row[x] * row[x];
        cells[x] += row[x];
    }
}

double total(const float* values, std::size_t n) {
    double sum = 0.0;
    for (std::size_t x = 0; x < n; ++x) {
        sum += values[x];
    }
    return sum;
}

/// Computes the features of one sample after the other.
class FirstLayer {
public:
    FirstLayer(const fl::Model& model, std::span<const float> parameters)
        : shape_{model.input()},
          rows_{shape_.is_series() ? 1 : std::min<std::size_t>(4, shape_.height)},
          columns_{std::min<std::size_t>(shape_.is_series() ? 16 : 4, shape_.width)},
          padded_width_{sim::padded_floats(shape_.width)} {
        const fl::Layer& first = model.layers().front();
        if (parameters.empty() || first.kind != fl::LayerKind::convolution) {
            return;
        }
        window_ = first.window;
        channels_ = std::min<std::size_t>(most_channels, first.out.channels);
        const auto block = [&](const fl::Layer& layer, std::size_t i) {
            return model.layout().view(parameters, model.layout().blocks()[layer.first_block + i]);
        };
        weights_ = block(first, 0);
        const std::span<const float> bias = block(first, 1);
        for (std::size_t c = 0; c < channels_; ++c) {
            scale_.push_back(1.0F);
            shift_.push_back(bias[c]);
        }
        if (const fl::Layer& second = model.layers()[1]; second.kind == fl::LayerKind::batch_norm) {
            for (std::size_t c = 0; c < channels_; ++c) {
                const double deviation = std::sqrt(static_cast<double>(block(second, 3)[c]) + fl::batch_norm_epsilon);
                scale_[c] = static_cast<float>(static_cast<double>(block(second, 0)[c]) / deviation);
                shift_[c] = block(second, 1)[c] + (bias[c] - block(second, 2)[c]) * scale_[c];
            }
        }
    }

    [[nodiscard]] std::size_t width() const { return 2 * counted_channels() + rows_ * columns_; }

    void append(const float* sample, std::vector<float>& features) {
        cells_.assign(rows_ * padded_width_, 0.0F);
        deviations_.clear();
        if (channels_ > 0) {
            pad(sample);
        }
        for (std::size_t channel = 0; channel < counted_channels(); ++channel) {
            sums_.assign(padded_width_, 0.0F);
            squares_.assign(padded_width_, 0.0F);
            for (std::size_t y = 0; y < shape_.height; ++y) {
                float* const cells = cells_.data() + y * rows_ / shape_.height * padded_width_;
                if (channels_ > 0) {
                    convolve(channel, y);
                    add_activations(row_.data(), scale_[channel], shift_[channel], padded_width_, sums_.data(),
                                    squares_.data(), cells);
                } else {
                    add_values(sample + (channel * shape_.height + y) * shape_.width, shape_.width, sums_.data(),
                               squares_.data(), cells);
                }
            }
            const auto n = static_cast<double>(std::size_t{shape_.height} * shape_.width);
            const double mean = total(sums_.data(), shape_.width) / n;
            const double square = total(squares_.data(), shape_.width) / n;
            features.push_back(static_cast<float>(mean));
            deviations_.push_back(static_cast<float>(std::sqrt(std::max(0.0, square - mean * mean))));
        }
        features.insert(features.end(), deviations_.begin(), deviations_.end());
        append_grid(features);
    }

private:
    [[nodiscard]] std::size_t counted_channels() const {
        return channels_ > 0 ? channels_ : std::min<std::size_t>(most_channels, shape_.channels);
    }
    [[nodiscard]] std::size_t border_rows() const { return window_.height / 2; }
    [[nodiscard]] std::size_t border_columns() const { return window_.width / 2; }
    [[nodiscard]] std::size_t stride() const { return padded_width_ + 2 * border_columns(); }

    /// The sample with zeros around it.
    void pad(const float* sample) {
        const std::size_t plane = (shape_.height + 2 * border_rows()) * stride();
        padded_.assign(shape_.channels * plane, 0.0F);
        for (std::size_t c = 0; c < shape_.channels; ++c) {
            for (std::size_t y = 0; y < shape_.height; ++y) {
                std::copy_n(sample + (c * shape_.height + y) * shape_.width, shape_.width,
                            padded_.data() + c * plane + (y + border_rows()) * stride() + border_columns());
            }
        }
    }

    /// A row of the convolution, without its bias.
    void convolve(std::size_t channel, std::size_t y) {
        row_.assign(padded_width_, 0.0F);
        const std::size_t plane = (shape_.height + 2 * border_rows()) * stride();
        const float* weight = weights_.data() + channel * shape_.channels * window_.height * window_.width;
        for (std::size_t c = 0; c < shape_.channels; ++c) {
            for (std::size_t dy = 0; dy < window_.height; ++dy) {
                for (std::size_t dx = 0; dx < window_.width; ++dx) {
                    add_tap(row_.data(), padded_.data() + c * plane + (y + dy) * stride() + dx, *weight++,
                            padded_width_);
                }
            }
        }
    }

    void append_grid(std::vector<float>& features) const {
        for (std::size_t r = 0; r < rows_; ++r) {
            const std::size_t top = (r * shape_.height + rows_ - 1) / rows_;
            const std::size_t below = ((r + 1) * shape_.height + rows_ - 1) / rows_;
            for (std::size_t k = 0; k < columns_; ++k) {
                const std::size_t left = (k * shape_.width + columns_ - 1) / columns_;
                const std::size_t right = ((k + 1) * shape_.width + columns_ - 1) / columns_;
                const double sum = total(cells_.data() + r * padded_width_ + left, right - left);
                features.push_back(
                    static_cast<float>(sum / static_cast<double>((right - left) * (below - top) * counted_channels())));
            }
        }
    }

    sim::SampleShape shape_;
    std::size_t rows_;     ///< of the grid
    std::size_t columns_;  ///< of the grid
    std::size_t padded_width_;
    std::size_t channels_ = 0;  ///< of the convolution that are counted; 0 = there is none
    fl::Window window_{};
    std::span<const float> weights_{};
    std::vector<float> scale_;
    std::vector<float> shift_;
    sim::AlignedVector<float> padded_;
    sim::AlignedVector<float> row_;
    sim::AlignedVector<float> sums_;
    sim::AlignedVector<float> squares_;
    sim::AlignedVector<float> cells_;
    std::vector<float> deviations_;
};

}  // namespace

Features first_layer_features(const fl::Model& model, std::span<const float> parameters,
                              const sim::SampleBlock& samples) {
    FirstLayer layer{model, parameters};
    Features features{.width = layer.width()};
    features.values.reserve(samples.count() * layer.width());
    for (std::size_t i = 0; i < samples.count(); ++i) {
        layer.append(samples.sample(i), features.values);
    }
    return features;
}

}  // namespace mlaasim::tta
