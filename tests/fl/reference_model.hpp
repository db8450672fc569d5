// A model's forward pass in double and plain loops, written apart from the library, to check it against.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "fl/model.hpp"
#include "sim/drift/sample_block.hpp"

namespace mlaasim::fl::testing {

using Doubles = std::vector<double>;

/// Mean and biased variance by channel of one batch-norm layer's input, and the values they are taken over.
struct ReferenceStatistics {
    std::size_t first_block;
    Doubles mean;
    Doubles variance;
    double count;
};

enum class Normalise { by_running_statistics, by_batch };

class ReferenceModel {
public:
    ReferenceModel(const Model& model, const sim::SampleBlock& samples) : model_{model}, n_{samples.count()} {
        const std::size_t size = model.input().size();
        for (std::size_t i = 0; i < n_; ++i) {
            input_.insert(input_.end(), samples.sample(i), samples.sample(i) + size);
        }
        labels_.assign(samples.labels().begin(), samples.labels().end());
    }

    /// On values of one's own, count x size; without labels.
    ReferenceModel(const Model& model, Doubles input)
        : model_{model}, n_{input.size() / model.input().size()}, input_{std::move(input)} {}

    /// Logits, count x classes.
    [[nodiscard]] Doubles logits(std::span<const double> flat, Normalise normalise) {
        statistics_.clear();
        Doubles x = input_;
        for (const Layer& layer : model_.layers()) {
            Doubles y(n_ * layer.out.size(), 0.0);
            switch (layer.kind) {
                case LayerKind::linear: linear(layer, flat, x, y); break;
                case LayerKind::convolution: convolution(layer, flat, x, y); break;
                case LayerKind::batch_norm: batch_norm(layer, flat, normalise, x, y); break;
                case LayerKind::relu:
                    std::transform(x.begin(), x.end(), y.begin(), [](double v) { return std::max(v, 0.0); });
                    break;
                case LayerKind::max_pool: max_pool(layer, x, y); break;
                case LayerKind::flatten: y = x; break;
            }
            x = std::move(y);
        }
        return x;
    }

    /// Mean cross-entropy.
    [[nodiscard]] double loss(std::span<const double> flat, Normalise normalise) {
        const Doubles all = logits(flat, normalise);
        const std::size_t classes = model_.classes();
        double sum = 0.0;
        for (std::size_t i = 0; i < n_; ++i) {
            double total = 0.0;
            for (std::size_t c = 0; c < classes; ++c) {
                total += std::exp(all[i * classes + c]);
            }
            sum += std::log(total) - all[i * classes + static_cast<std::size_t>(labels_[i])];
        }
        return sum / static_cast<double>(n_);
    }

    /// Of the batch-norm layers of the last pass, in order.
    [[nodiscard]] const std::vector<ReferenceStatistics>& statistics() const { return statistics_; }

private:
    [[nodiscard]] const double* block(const Layer& layer, std::size_t i, std::span<const double> flat) const {
        return flat.data() + model_.layout().blocks()[layer.first_block + i].offset;
    }

    void linear(const Layer& layer, std::span<const double> flat, const Doubles& x, Doubles& y) const {
        const double* weight = block(layer, 0, flat);
        const double* bias = block(layer, 1, flat);
        const std::size_t in = layer.in.size();
        const std::size_t out = layer.out.size();
        for (std::size_t i = 0; i < n_; ++i) {
            for (std::size_t o = 0; o < out; ++o) {
                double sum = bias[o];
                for (std::size_t k = 0; k < in; ++k) {
                    sum += weight[o * in + k] * x[i * in + k];
                }
                y[i * out + o] = sum;
            }
        }
    }

    void convolution(const Layer& layer, std::span<const double> flat, const Doubles& x, Doubles& y) const {
        const double* weight = block(layer, 0, flat);
        const double* bias = block(layer, 1, flat);
        const int height = static_cast<int>(layer.in.height);
        const int width = static_cast<int>(layer.in.width);
        const int inputs = static_cast<int>(layer.in.channels);
        const int outputs = static_cast<int>(layer.out.channels);
        const int kernel_width = static_cast<int>(layer.window.width);
        const int taps = static_cast<int>(layer.window.height) * kernel_width;
        const auto at = [&](std::size_t i, int channels, int c, int row, int column) {
            return ((i * static_cast<std::size_t>(channels) + static_cast<std::size_t>(c)) *
                        static_cast<std::size_t>(height) +
                    static_cast<std::size_t>(row)) *
                       static_cast<std::size_t>(width) +
                   static_cast<std::size_t>(column);
        };
        for (std::size_t i = 0; i < n_; ++i) {
            for (int o = 0; o < outputs; ++o) {
                for (int row = 0; row < height; ++row) {
                    for (int column = 0; column < width; ++column) {
                        double sum = bias[o];
                        for (int tap = 0; tap < inputs * taps; ++tap) {
                            const int r = row + tap % taps / kernel_width - static_cast<int>(layer.window.height) / 2;
                            const int c = column + tap % kernel_width - kernel_width / 2;
                            if (r >= 0 && r < height && c >= 0 && c < width) {
                                sum += weight[o * inputs * taps + tap] * x[at(i, inputs, tap / taps, r, c)];
                            }
                        }
                        y[at(i, outputs, o, row, column)] = sum;
                    }
                }
            }
        }
    }

    void batch_norm(const Layer& layer, std::span<const double> flat, Normalise normalise, const Doubles& x,
                    Doubles& y) {
        const std::size_t channels = layer.in.channels;
        const std::size_t area = layer.in.size() / channels;
        const double count = static_cast<double>(n_ * area);
        statistics_.push_back({layer.first_block, Doubles(channels, 0.0), Doubles(channels, 0.0), count});
        ReferenceStatistics& batch = statistics_.back();
        const auto channel_of = [&](std::size_t k) { return k / area % channels; };
        for (std::size_t k = 0; k < x.size(); ++k) {
            batch.mean[channel_of(k)] += x[k] / count;
        }
        for (std::size_t k = 0; k < x.size(); ++k) {
            batch.variance[channel_of(k)] += std::pow(x[k] - batch.mean[channel_of(k)], 2) / count;
        }
        const bool by_batch = normalise == Normalise::by_batch;
        const double* mean = by_batch ? batch.mean.data() : block(layer, 2, flat);
        const double* variance = by_batch ? batch.variance.data() : block(layer, 3, flat);
        for (std::size_t k = 0; k < x.size(); ++k) {
            const std::size_t c = channel_of(k);
            y[k] =
                (x[k] - mean[c]) / std::sqrt(variance[c] + 1e-5) * block(layer, 0, flat)[c] + block(layer, 1, flat)[c];
        }
    }

    void max_pool(const Layer& layer, const Doubles& x, Doubles& y) const {
        const std::size_t width = layer.in.width;
        const std::size_t area = layer.in.height * width;
        for (std::size_t plane = 0; plane < n_ * layer.in.channels; ++plane) {
            for (std::size_t row = 0; row < layer.out.height; ++row) {
                for (std::size_t column = 0; column < layer.out.width; ++column) {
                    const double* corner =
                        x.data() + plane * area + layer.window.height * row * width + layer.window.width * column;
                    double& largest = y[(plane * layer.out.height + row) * layer.out.width + column];
                    largest = *corner;
                    for (std::size_t r = 0; r < layer.window.height; ++r) {
                        largest = std::max(
                            largest, *std::max_element(corner + r * width, corner + r * width + layer.window.width));
                    }
                }
            }
        }
    }

    const Model& model_;
    std::size_t n_;
    Doubles input_;
    std::vector<std::int64_t> labels_;
    std::vector<ReferenceStatistics> statistics_;
};

inline Doubles in_double(std::span<const float> flat) { return {flat.begin(), flat.end()}; }

}  // namespace mlaasim::fl::testing
