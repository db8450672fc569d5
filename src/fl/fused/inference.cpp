#include "fl/fused/inference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "fl/fused/kernel_plan.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl::fused {
namespace {

using Floats = sim::AlignedVector<float>;

/// Samples that stay in cache while every model reads them.
constexpr std::size_t samples_at_once = 64;

/// The same without convolutions. A model's parameters are read from memory once for all of them.
constexpr std::size_t dense_at_once = 256;

/// Fewer samples are not worth looking for their background: the first layer has to be transposed for it.
constexpr std::size_t least_selected = 32;

/// Skipping the background pays while samples cover at most this share of their columns. Four that look alike then
/// cover about twice as much together.
constexpr double worthwhile = 0.3;

/// So many models gain more than it takes to look for samples with the same background.
constexpr std::size_t worth_grouping = 24;

/// A model as the kernels read it: packed parameters, and batch norm as z = scale x + shift, block after block.
struct LoadedModel {
    Floats packed;  ///< empty where the flat parameters are packed already
    const float* parameters = nullptr;
    std::vector<Floats> weights;  ///< transformed, by convolution
    Floats scales;
    Floats shifts;
    Floats transposed;                ///< weights of the first layer, inputs x outputs; made when first needed
    Floats lifted_bias;               ///< of the first layer, with what the background contributes
    std::vector<double> weight_sums;  ///< of the first layer, by output
};

/// Samples in tiles of `rows_together`, without the columns in which a tile is background. What is left out would add
/// zero: the sums' bits are those of the whole rows.
class SelectedSamples {
public:
    /// False when there is too little background to be worth it. The first samples decide that, for bits depend on it:
    /// neither labels nor models have a part in it, nor the tile in which a sample comes.
    /// Nor has it one in how samples are put together, which `models` decide.
    bool select(const sim::SampleBlock& samples, std::size_t first, std::size_t count, std::size_t length,
                std::size_t models) {
        tiles_.clear();
        if (count < least_selected) {
            return false;
        }
        const std::size_t size = samples.shape().size();
        background_ = *std::min_element(samples.sample(first), samples.sample(first) + size);
        covered_.resize(count);
        std::ptrdiff_t covered = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const float* const values = samples.sample(first + i);
            covered_[i] = std::count_if(values, values + size, [&](float value) { return value != background_; });
            covered += covered_[i];
            if (i + 1 == least_selected &&
                static_cast<double>(covered) > worthwhile * static_cast<double>(least_selected * size)) {
                return false;
            }
        }
        length_ = length;
        order(samples, first, length, models);
        const std::size_t tiles = (count + rows_together - 1) / rows_together;
        values_.resize(tiles * length * rows_together);
        columns_.resize(tiles * length);
        for (std::size_t t = 0; t < tiles; ++t) {
            const float* rows[rows_together];
            for (std::size_t r = 0; r < rows_together; ++r) {
                // A tile that is not full repeats its last sample.
                rows[r] = samples.sample(first + order_[std::min(t * rows_together + r, count - 1)]);
            }
            tiles_.push_back({.values = &values_[t * length * rows_together],
                              .columns = &columns_[t * length],
                              .count = select_columns(rows, length, background_, &columns_[t * length],
                                                      &values_[t * length * rows_together])});
        }
        return true;
    }

    [[nodiscard]] float background() const { return background_; }

    /// The first layer's outputs, row i of them for sample first + i.
    void forward(const LoadedModel& model, bool relu, Rows outputs) {
        for (std::size_t t = 0; t < tiles_.size(); ++t) {
            for (std::size_t r = 0; r < rows_together; ++r) {
                const std::size_t i = t * rows_together + r;
                tiles_[t].outputs[r] = i < order_.size() ? outputs.values + order_[i] * outputs.stride : nullptr;
            }
            selected_forward(tiles_[t], model.transposed.data(), length_, outputs.stride, model.lifted_bias.data(),
                             relu);
        }
    }

private:
    /// Samples that have more background in common come next to each other.
    void order(const sim::SampleBlock& samples, std::size_t first, std::size_t length, std::size_t models) {
        order_.resize(covered_.size());
        std::iota(order_.begin(), order_.end(), 0U);
        if (models < worth_grouping) {
            // Those of one class that cover as much look alike.
            const auto key = [&](std::uint32_t i) { return std::pair{samples.labels()[first + i], covered_[i]}; };
            std::ranges::stable_sort(order_, {}, key);
            return;
        }
        std::ranges::stable_sort(order_, {}, [&](std::uint32_t i) { return covered_[i]; });
        const std::size_t words = mask_words(length);
        masks_.resize(order_.size() * words);
        for (std::size_t i = 0; i < order_.size(); ++i) {
            mask_columns(samples.sample(first + i), length, background_, &masks_[i * words]);
        }
        group_alike(masks_.data(), words, order_);
    }

    std::vector<std::ptrdiff_t> covered_;  ///< columns that are not background, by sample
    std::vector<std::uint32_t> order_;     ///< numbers of samples, the first one being 0
    sim::AlignedVector<std::uint64_t> masks_;
    std::vector<SelectedRows> tiles_;
    Floats values_;
    std::vector<std::uint32_t> columns_;
    std::size_t length_ = 0;
    float background_ = 0.0F;
};

class FusedInference final : public InferenceEngine {
public:
    explicit FusedInference(const Model& model) : plan_{model} {
        std::size_t image = 0;
        for (const ConvolutionBlock& block : plan_.convolutions()) {
            image = std::max(image, block.positions() * block.shape.out_channels);
            inputs_.emplace_back((inputs_.empty() ? samples_at_once : 1) * block.input_floats());
            channels_ += block.shape.out_channels;
            scratch_.resize(std::max(scratch_.size(), scratch_floats(block.shape)));
        }
        convolved_.resize(image);
        if (!inputs_.empty()) {
            features_.resize(samples_at_once * plan_.linears().front().in);
        }
        for (const LinearBlock& layer : plan_.linears()) {
            outputs_.emplace_back(rows_at_once() * layer.padded_out());
        }
    }

    void load(std::span<const std::span<const float>> models) override {
        models_.resize(models.size());
        for (std::size_t m = 0; m < models.size(); ++m) {
            LoadedModel& loaded = models_[m];
            sim::expects(models[m].size() == plan_.flat_size(), "parameters are of the evaluated model");
            loaded.parameters = models[m].data();
            if (!plan_.is_flat()) {
                loaded.packed.resize(plan_.packed_size());
                plan_.pack(models[m], loaded.packed);
                loaded.parameters = loaded.packed.data();
            }
            loaded.transposed.clear();
            loaded.scales.resize(channels_);
            loaded.shifts.resize(channels_);
            loaded.weights.resize(plan_.convolutions().size());
            std::size_t first = 0;
            std::size_t number = 0;
            for (const ConvolutionBlock& block : plan_.convolutions()) {
                const float* const p = loaded.parameters;
                Floats& transformed = loaded.weights[number++];
                transformed.resize(transformed_floats(block.shape));
                transform_weights(block.shape, p + block.weight, transformed.data());
                for (std::size_t c = 0; c < block.channels; ++c) {
                    const double scale = p[block.gamma + c] / std::sqrt(p[block.variance + c] + batch_norm_epsilon);
                    loaded.scales[first + c] = static_cast<float>(scale);
                    loaded.shifts[first + c] = static_cast<float>(p[block.beta + c] - scale * p[block.mean + c]);
                }
                first += block.shape.out_channels;
            }
        }
    }

    void forward(const sim::SampleBlock& samples, std::size_t first, std::size_t count,
                 std::span<float> logits) override {
        const std::size_t stride = plan_.linears().back().padded_out();
        if (inputs_.empty() && selected_.select(samples, first, count, plan_.linears().front().in, models_.size())) {
            forward_selected(count, logits);
            return;
        }
        for (std::size_t begin = 0; begin < count; begin += rows_at_once()) {
            const std::size_t n = std::min(rows_at_once(), count - begin);
            const float* const input = samples.sample(first + begin);
            if (!inputs_.empty()) {
                copy_images(plan_.convolutions().front(), input, samples.stride(), n, inputs_.front().data());
            }
            for (std::size_t m = 0; m < models_.size(); ++m) {
                forward_model(models_[m], {input, samples.stride()}, n,
                              {&logits[(m * count + begin) * stride], stride});
            }
        }
    }

private:
    [[nodiscard]] std::size_t rows_at_once() const { return inputs_.empty() ? dense_at_once : samples_at_once; }

    void forward_selected(std::size_t count, std::span<float> logits) {
        const LinearBlock& layer = plan_.linears().front();
        const std::size_t stride = layer.padded_out();
        hidden_.resize(std::max(hidden_.size(), count * stride));
        for (std::size_t m = 0; m < models_.size(); ++m) {
            LoadedModel& model = models_[m];
            if (model.transposed.empty()) {
                transpose(model);
            }
            // The background is that of the samples, so it may change from call to call.
            for (std::size_t o = 0; o < layer.out; ++o) {
                model.lifted_bias[o] = static_cast<float>(static_cast<double>(model.parameters[layer.bias + o]) +
                                                          selected_.background() * model.weight_sums[o]);
            }
            const bool is_last = outputs_.size() == 1;
            const Rows to{is_last ? &logits[m * count * stride] : hidden_.data(), stride};
            selected_.forward(model, layer.relu, to);
            if (!is_last) {
                const std::size_t row = plan_.linears().back().padded_out();
                for (std::size_t begin = 0; begin < count; begin += samples_at_once) {
                    const std::size_t n = std::min(samples_at_once, count - begin);
                    forward_linears(model, 1, {hidden_.data() + begin * stride, stride}, n,
                                    {&logits[(m * count + begin) * row], row});
                }
            }
        }
    }

    void transpose(LoadedModel& model) {
        const LinearBlock& layer = plan_.linears().front();
        const std::size_t stride = layer.padded_out();
        model.transposed.assign(layer.in * stride, 0.0F);
        model.lifted_bias.assign(stride, 0.0F);
        model.weight_sums.assign(layer.out, 0.0);
        constexpr std::size_t lanes = 16;
        for (std::size_t first = 0; first < layer.out; first += lanes) {
            const std::size_t outputs = std::min(lanes, layer.out - first);
            const float* const from = model.parameters + layer.weight + first * layer.in;
            for (std::size_t i = 0; i < layer.in; ++i) {
                for (std::size_t o = 0; o < outputs; ++o) {
                    model.transposed[first * layer.in + i * lanes + o] = from[o * layer.in + i];
                }
            }
        }
        for (std::size_t o = 0; o < layer.out; ++o) {
            const float* const row = model.parameters + layer.weight + o * layer.in;
            std::array<double, lanes> sums{};
            for (std::size_t i = 0; i < layer.in; i += lanes) {
                for (std::size_t lane = 0; lane < lanes; ++lane) {
                    sums[lane] += static_cast<double>(row[i + lane]);
                }
            }
            model.weight_sums[o] = std::accumulate(sums.begin(), sums.end(), 0.0);
        }
    }

    void forward_model(const LoadedModel& model, ConstRows features, std::size_t n, Rows logits) {
        if (!inputs_.empty()) {
            for (std::size_t i = 0; i < n; ++i) {
                extract_features(model, i);
            }
            features = {features_.data(), plan_.linears().front().in};
        }
        forward_linears(model, 0, features, n, logits);
    }

    void forward_linears(const LoadedModel& model, std::size_t first_layer, ConstRows features, std::size_t n,
                         Rows logits) {
        for (std::size_t l = first_layer; l < outputs_.size(); ++l) {
            const LinearBlock& layer = plan_.linears()[l];
            const Rows output = l + 1 == outputs_.size() ? logits : Rows{outputs_[l].data(), layer.padded_out()};
            linear_forward(features, n, model.parameters + layer.weight, layer.in, layer.out,
                           model.parameters + layer.bias, layer.relu, output);
            features = output;
        }
    }

    /// The convolution blocks on sample i.
    void extract_features(const LoadedModel& model, std::size_t i) {
        std::size_t first_channel = 0;
        for (std::size_t b = 0; b < inputs_.size(); ++b) {
            const ConvolutionBlock& block = plan_.convolutions()[b];
            const float* const input = inputs_[b].data() + (b == 0 ? i * block.input_floats() : 0);
            convolution_forward(block.shape, input, model.parameters + block.weight, model.weights[b].data(),
                                model.parameters + block.bias, convolved_.data(), scratch_.data());
            const std::size_t column = block.shape.out_channels;
            const bool is_last = b + 1 == inputs_.size();
            float* to = features_.data() + i * block.pooled_positions() * column;
            std::size_t row = block.pooled_width * column;
            if (!is_last) {
                const ConvolutionBlock& next = plan_.convolutions()[b + 1];
                to = inputs_[b + 1].data() + next.first_pixel();
                row = next.shape.in_row;
            }
            norm_pool_forward(block.pooling, convolved_.data(), &model.scales[first_channel],
                              &model.shifts[first_channel], to, row, column, nullptr);
            first_channel += column;
        }
    }

    KernelPlan plan_;
    std::size_t channels_ = 0;
    std::vector<LoadedModel> models_;
    std::vector<Floats> inputs_;  ///< bordered: of the first block of all samples, of the others of one
    Floats convolved_;
    Floats scratch_;
    Floats features_;
    std::vector<Floats> outputs_;
    SelectedSamples selected_;
    Floats hidden_;  ///< first layer's outputs of selected samples
};

}  // namespace

std::unique_ptr<InferenceEngine> make_inference(const Model& model) { return std::make_unique<FusedInference>(model); }

}  // namespace mlaasim::fl::fused
