#include "fl/fused/inference.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "fl/fused/plan.hpp"
#include "sim/error.hpp"

namespace mlaasim::fl::fused {
namespace {

using Floats = sim::AlignedVector<float>;

/// Samples that stay in cache while every model reads them.
constexpr std::size_t samples_at_once = 64;

/// A model as the kernels read it: packed parameters, and batch norm as z = scale x + shift, block after block.
struct LoadedModel {
    Floats packed;  ///< empty where the flat parameters are packed already
    const float* parameters = nullptr;
    Floats scales;
    Floats shifts;
};

class FusedInference final : public InferenceEngine {
public:
    explicit FusedInference(const Model& model) : plan_{model} {
        std::size_t image = 0;
        for (const ConvolutionBlock& block : plan_.convolutions()) {
            image = std::max(image, block.positions() * block.shape.out_channels);
            inputs_.emplace_back((inputs_.empty() ? samples_at_once : 1) * block.input_floats());
            channels_ += block.shape.out_channels;
        }
        convolved_.resize(image);
        if (!inputs_.empty()) {
            features_.resize(samples_at_once * plan_.linears().front().in);
        }
        for (const LinearBlock& layer : plan_.linears()) {
            outputs_.emplace_back(samples_at_once * layer.padded_out());
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
            loaded.scales.resize(channels_);
            loaded.shifts.resize(channels_);
            std::size_t first = 0;
            for (const ConvolutionBlock& block : plan_.convolutions()) {
                const float* const p = loaded.parameters;
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
        for (std::size_t begin = 0; begin < count; begin += samples_at_once) {
            const std::size_t n = std::min(samples_at_once, count - begin);
            const float* const input = samples.sample(first + begin);
            if (!inputs_.empty()) {
                copy_images(plan_.convolutions().front(), input, samples.row(), n, inputs_.front().data());
            }
            for (std::size_t m = 0; m < models_.size(); ++m) {
                forward_model(models_[m], {input, samples.row()}, n, {&logits[(m * count + begin) * stride], stride});
            }
        }
    }

private:
    void forward_model(const LoadedModel& model, ConstRows features, std::size_t n, Rows logits) {
        if (!inputs_.empty()) {
            for (std::size_t i = 0; i < n; ++i) {
                extract_features(model, i);
            }
            features = {features_.data(), plan_.linears().front().in};
        }
        for (std::size_t l = 0; l < outputs_.size(); ++l) {
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
            convolution_forward(block.shape, input, model.parameters + block.weight, model.parameters + block.bias,
                                convolved_.data());
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

    Plan plan_;
    std::size_t channels_ = 0;
    std::vector<LoadedModel> models_;
    std::vector<Floats> inputs_;  ///< bordered: of the first block of all samples, of the others of one
    Floats convolved_;
    Floats features_;
    std::vector<Floats> outputs_;
};

}  // namespace

std::unique_ptr<InferenceEngine> make_inference(const Model& model) { return std::make_unique<FusedInference>(model); }

}  // namespace mlaasim::fl::fused
