#include "fl/fused/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "fl/fused/batch_moments.hpp"
#include "fl/fused/kernel_plan.hpp"
#include "fl/fused/optimizer_state.hpp"
#include "fl/fused/packed_sum.hpp"
#include "fl/fused/trainer_memory.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl::fused {
namespace {

/// What batch norm normalises by. Running statistics are constants in the gradient.
enum class Statistics { of_batch, running };

class FusedTrainer final : public ModelTrainer {
public:
    FusedTrainer(const Model& model, const TrainingOptions& options, Statistics statistics)
        : plan_{model},
          statistics_{statistics},
          parameters_(plan_.packed_size()),
          optimizer_{options, parameters_.size()},
          flat_(plan_.is_flat() ? 0 : model.layout().size()),
          blocks_(plan_.convolutions().size()),
          layers_(plan_.linears().size()),
          gradients_{plan_} {}

    void begin(std::span<const float> start) override {
        sim::expects(start.size() == plan_.flat_size(), "training starts from parameters of the model");
        if (plan_.is_flat()) {
            // The first step reads them where they are.
            current_ = start.data();
            optimizer_.begin(start);
            return;
        }
        plan_.pack(start, parameters_);
        current_ = parameters_.data();
        optimizer_.begin(parameters_);
    }

    double step(const sim::SampleBlock& batch) override { return step(batch, nullptr); }

    SummedStep step_and_add(const sim::SampleBlock& batch, FixedPointSum& sum, std::int64_t weight) override {
        FixedPointSum& filled = plan_.is_flat() ? sum : packed_sum_.beside(sum, plan_);
        std::uint32_t largest = 0;
        const Addition addition = filled.addition(weight, largest);
        const double loss = step(batch, &addition);
        const FixedPointSum::Outcome outcome = filled.settle(parameters_, weight, largest);
        // What pads may have diverged alone.
        const bool is_certain = plan_.is_flat() || outcome == FixedPointSum::Outcome::added;
        return {loss, is_certain ? outcome : sum.add(parameters(), weight)};
    }

    void complete(FixedPointSum& sum) override { packed_sum_.move_into(sum, plan_); }

    std::span<const float> parameters() override {
        if (plan_.is_flat()) {
            return {current_, parameters_.size()};
        }
        plan_.unpack(parameters_, flat_);
        return flat_;
    }

    void step(ConstRows samples, std::size_t n, const LogitsGradient& gradient) {
        const ConstRows input = forward(samples, n);
        gradient(layers_.back().output.data(), plan_.linears().back().padded_out(), n);
        optimizer_.next_step();
        backward(n, input, nullptr);
        current_ = parameters_.data();
    }

private:
    /// `addition`: where the packed parameters go, too.
    double step(const sim::SampleBlock& batch, const Addition* addition) {
        const std::size_t n = batch.count();
        const ConstRows input = forward({batch.sample(0), batch.stride()}, n);
        const LinearBlock& last = plan_.linears().back();
        const double loss = softmax_cross_entropy({layers_.back().output.data(), last.padded_out()}, n, last.out,
                                                  batch.labels().data());
        optimizer_.next_step();
        backward(n, input, addition);
        current_ = parameters_.data();
        return loss / static_cast<double>(n);
    }

    /// Leaves the logits in the last layer's memory; gives what the first fully connected layer sees.
    ConstRows forward(ConstRows features, std::size_t n) {
        reserve(n);
        for (std::size_t b = 0; b < blocks_.size(); ++b) {
            features = forward_block(b, n, features);
        }
        const ConstRows input = features;
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            const LinearBlock& layer = plan_.linears()[l];
            const Rows output{layers_[l].output.data(), layer.padded_out()};
            linear_forward(features, n, current_ + layer.weight, layer.in, layer.out, current_ + layer.bias, layer.relu,
                           output);
            features = output;
        }
        return input;
    }

    void reserve(std::size_t n) {
        if (n <= capacity_) {
            return;
        }
        capacity_ = n;
        for (std::size_t b = 0; b < blocks_.size(); ++b) {
            const ConvolutionBlock& block = plan_.convolutions()[b];
            const std::size_t padded = block.shape.out_channels;
            BlockMemory& memory = blocks_[b];
            memory.input.assign(n * block.input_floats(), 0.0F);
            memory.output.resize(n * block.positions() * padded);
            memory.selected.resize(n * block.pooled_positions() * padded);
            memory.dpooled.resize(n * block.pooled_positions() * padded);
            for (Floats* channels : {&memory.mean, &memory.deviation_inverse, &memory.scale, &memory.shift}) {
                channels->resize(padded);
            }
        }
        if (!blocks_.empty()) {
            features_.resize(n * plan_.linears().front().in);
        }
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            layers_[l].output.assign(n * plan_.linears()[l].padded_out(), 0.0F);
            layers_[l].gradient.assign(n * plan_.linears()[l].padded_out(), 0.0F);
        }
    }

    ConstRows forward_block(std::size_t b, std::size_t n, ConstRows samples) {
        const ConvolutionBlock& block = plan_.convolutions()[b];
        BlockMemory& memory = blocks_[b];
        if (b == 0) {
            copy_images(block, samples.values, samples.stride, n, memory.input.data());
        }
        const std::size_t padded = block.shape.out_channels;
        const std::size_t image = block.positions() * padded;
        transform_weights(block.shape, &parameters_[block.weight], gradients_.transformed_weight.data());
        moments_.begin(padded);
        for (std::size_t i = 0; i < n; ++i) {
            convolution_forward(block.shape, memory.input.data() + i * block.input_floats(), &parameters_[block.weight],
                                gradients_.transformed_weight.data(), &parameters_[block.bias],
                                memory.output.data() + i * image, gradients_.scratch.data());
            if (statistics_ == Statistics::of_batch) {
                moments_.add(memory.output.data() + i * image, block.positions());
            }
        }
        for (std::size_t c = 0; c < block.channels; ++c) {
            const bool of_batch = statistics_ == Statistics::of_batch;
            const double mean = of_batch ? moments_.mean(c) : parameters_[block.mean + c];
            const double variance = of_batch ? moments_.variance(c) : parameters_[block.variance + c];
            const double inverse = 1.0 / std::sqrt(variance + batch_norm_epsilon);
            memory.mean[c] = static_cast<float>(mean);
            memory.deviation_inverse[c] = static_cast<float>(inverse);
            memory.scale[c] = static_cast<float>(parameters_[block.gamma + c] * inverse);
            memory.shift[c] =
                static_cast<float>(parameters_[block.beta + c] - parameters_[block.gamma + c] * inverse * mean);
            if (of_batch) {
                // Running statistics take the unbiased variance, as LibTorch's.
                follow(parameters_[block.mean + c], mean);
                follow(parameters_[block.variance + c], moments_.squares(c) / (moments_.count() - 1.0));
            }
        }
        const PooledPlace place = pooled_place(plan_, b, blocks_, features_);
        const std::size_t pooled = block.pooled_positions() * padded;
        for (std::size_t i = 0; i < n; ++i) {
            norm_pool_forward(block.pooling, memory.output.data() + i * image, memory.scale.data(), memory.shift.data(),
                              place.values + i * place.sample, place.row, place.column,
                              memory.selected.data() + i * pooled);
        }
        return {features_.data(), plan_.linears().front().in};
    }

    static void follow(float& running, double batch) {
        running = static_cast<float>((1.0 - batch_norm_momentum) * static_cast<double>(running) +
                                     batch_norm_momentum * batch);
    }

    [[nodiscard]] StepState state(std::size_t offset) { return optimizer_.at(current_, parameters_, offset); }

    void backward(std::size_t n, ConstRows input, const Addition* addition) {
        for (std::size_t l = layers_.size(); l-- > 0;) {
            const LinearBlock& layer = plan_.linears()[l];
            // The logits' gradient has taken their place.
            const bool is_last = l + 1 == layers_.size();
            const ConstRows dy{is_last ? layers_[l].output.data() : layers_[l].gradient.data(), layer.padded_out()};
            ConstRows x = input;
            if (l > 0) {
                const LinearBlock& below = plan_.linears()[l - 1];
                x = {layers_[l - 1].output.data(), below.padded_out()};
                linear_backward(dy, n, current_ + layer.weight, layer.in, layer.out, below.relu ? x.values : nullptr,
                                {layers_[l - 1].gradient.data(), x.stride});
            } else if (!blocks_.empty()) {
                linear_backward(dy, n, current_ + layer.weight, layer.in, layer.out, nullptr,
                                {blocks_.back().dpooled.data(), layer.in});
            }
            if (addition == nullptr) {
                linear_update(dy, n, x, layer.in, layer.out, optimizer_.rule(), state(layer.weight), state(layer.bias));
                continue;
            }
            const LinearAddition parts{addition->at(layer.weight), addition->at(layer.bias)};
            linear_update(dy, n, x, layer.in, layer.out, optimizer_.rule(), state(layer.weight), state(layer.bias),
                          &parts);
        }
        for (std::size_t b = blocks_.size(); b-- > 0;) {
            backward_block(b, n);
        }
        if (addition != nullptr && !blocks_.empty()) {
            // Few, in front of all others, and still in the nearest cache.
            add_row(parameters_.data(), plan_.linears().front().weight, *addition);
        }
    }

    void backward_block(std::size_t b, std::size_t n) {
        const ConvolutionBlock& block = plan_.convolutions()[b];
        BlockMemory& memory = blocks_[b];
        const std::size_t padded = block.shape.out_channels;
        const std::size_t image = block.positions() * padded;
        const std::size_t pooled = block.pooled_positions() * padded;
        float* const sum_g = gradients_.channel_sums.data();
        float* const sum_gx = sum_g + padded;
        float* const sum_dx = sum_gx + padded;
        std::fill_n(gradients_.channel_totals.begin(), 2 * padded, 0.0);
        for (std::size_t i = 0; i < n; ++i) {
            std::fill_n(sum_g, 2 * padded, 0.0F);
            norm_pool_sums(block.pooling, memory.selected.data() + i * pooled, memory.dpooled.data() + i * pooled,
                           memory.scale.data(), memory.shift.data(), memory.mean.data(), sum_g, sum_gx);
            for (std::size_t c = 0; c < 2 * padded; ++c) {
                gradients_.channel_totals[c] += static_cast<double>(sum_g[c]);
            }
        }
        // With h = (x - mean) / deviation over m values: dx = gamma / deviation (g - sum g / m - h sum(g h) / m), as
        // offset + slope x beside the g term (Ioffe and Szegedy 2015).
        gradients_.offset.assign(padded, 0.0F);
        gradients_.slope.assign(padded, 0.0F);
        const double count = static_cast<double>(n) * static_cast<double>(block.positions());
        for (std::size_t c = 0; c < block.channels; ++c) {
            const auto inverse = static_cast<double>(memory.deviation_inverse[c]);
            const auto scale = static_cast<double>(memory.scale[c]);
            const double slope = -scale * inverse * inverse * gradients_.channel_totals[padded + c] / count;
            if (statistics_ == Statistics::of_batch) {
                gradients_.slope[c] = static_cast<float>(slope);
                gradients_.offset[c] = static_cast<float>(-scale * gradients_.channel_totals[c] / count -
                                                          slope * static_cast<double>(memory.mean[c]));
            }
            sum_g[c] = static_cast<float>(gradients_.channel_totals[c]);
            sum_gx[c] = static_cast<float>(gradients_.channel_totals[padded + c] * inverse);
        }
        step_parameters(optimizer_.rule(), state(block.gamma), sum_gx, padded);
        step_parameters(optimizer_.rule(), state(block.beta), sum_g, padded);

        const bool has_below = b > 0;
        const std::size_t column = padded;
        const std::size_t row = (block.shape.width + (has_below ? 2 : 0)) * column;
        float* const dconvolved = gradients_.dconvolved.data() + (has_below ? block.border * row + column : 0);
        std::fill_n(gradients_.dconvolved.begin(),
                    (block.shape.height + 2 * block.border) * (block.shape.width + 2) * column, 0.0F);
        const Convolution back = block.back();
        if (has_below) {
            turn_weights(block, &parameters_[block.weight], gradients_.turned_weight.data());
            transform_weights(back, gradients_.turned_weight.data(), gradients_.transformed_weight.data());
        }
        std::fill_n(gradients_.weight_gradient.begin(), gradient_sum_floats(block.shape), 0.0F);
        std::fill_n(sum_dx, padded, 0.0F);
        for (std::size_t i = 0; i < n; ++i) {
            norm_pool_backward(block.pooling, memory.output.data() + i * image, memory.dpooled.data() + i * pooled,
                               memory.scale.data(), memory.shift.data(), gradients_.offset.data(),
                               gradients_.slope.data(), dconvolved, row, sum_dx);
            convolution_weight_gradient(block.shape, memory.input.data() + i * block.input_floats(), dconvolved, row,
                                        gradients_.weight_gradient.data(), gradients_.scratch.data());
            if (has_below) {
                convolution_forward(back, gradients_.dconvolved.data(), gradients_.turned_weight.data(),
                                    gradients_.transformed_weight.data(), nullptr,
                                    blocks_[b - 1].dpooled.data() + i * block.positions() * block.shape.in_stride,
                                    gradients_.scratch.data());
            }
        }
        complete_weight_gradient(block.shape, gradients_.weight_gradient.data());
        step_parameters(optimizer_.rule(), state(block.weight), gradients_.weight_gradient.data(), block.weights());
        step_parameters(optimizer_.rule(), state(block.bias), sum_dx, padded);
    }

    KernelPlan plan_;
    Statistics statistics_;
    Floats parameters_;
    const float* current_ = nullptr;  ///< the parameters as they are: where training started, or parameters_
    OptimizerState optimizer_;
    PackedSum packed_sum_;  ///< of a plan that is not flat
    Floats flat_;
    std::vector<BlockMemory> blocks_;
    std::vector<LinearMemory> layers_;
    GradientMemory gradients_;
    Floats features_;
    BatchMoments moments_;
    std::size_t capacity_ = 0;
};

class FusedLogitsTrainer final : public LogitsTrainer {
public:
    FusedLogitsTrainer(const Model& model, const TrainingOptions& options)
        : trainer_{model, options, Statistics::running} {}

    void begin(std::span<const float> start) override { trainer_.begin(start); }
    void step(const float* values, std::size_t stride, std::size_t rows, const LogitsGradient& gradient) override {
        trainer_.step({values, stride}, rows, gradient);
    }
    std::span<const float> parameters() override { return trainer_.parameters(); }

private:
    FusedTrainer trainer_;
};

}  // namespace

std::unique_ptr<ModelTrainer> make_trainer(const Model& model, const TrainingOptions& options) {
    return std::make_unique<FusedTrainer>(model, options, Statistics::of_batch);
}

std::unique_ptr<LogitsTrainer> make_logits_trainer(const Model& model, double rate) {
    return std::make_unique<FusedLogitsTrainer>(model, TrainingOptions{.learning_rate = rate});
}

}  // namespace mlaasim::fl::fused
