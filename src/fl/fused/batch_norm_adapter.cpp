#include "fl/fused/batch_norm_adapter.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "fl/fused/batch_moments.hpp"
#include "fl/fused/kernel_plan.hpp"
#include "fl/fused/optimizer_state.hpp"
#include "fl/fused/trainer_memory.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {

sim::Kind<Optimizer> adam_optimizer();

namespace fused {
namespace {

constexpr std::size_t samples_at_once = 16;  ///< stay in cache from forward to backward

struct AdaptedBlock {
    Floats transformed;  ///< weights, which stay the same, as the convolution reads them
    Floats turned;       ///< of the convolution that takes the gradient back
    Floats turned_transformed;
    BatchMoments moments;
    std::vector<double> gradient;  ///< by channel: of beta, then the sum of g (x - mean)
};

class FusedBatchNormAdapter final : public BatchNormAdapter {
public:
    explicit FusedBatchNormAdapter(const Model& model)
        : plan_{model},
          parameters_(plan_.packed_size()),
          blocks_(plan_.convolutions().size()),
          adapted_(blocks_.size()),
          layers_(plan_.linears().size()) {
        std::size_t scratch = 0;
        std::size_t image = 0;
        std::size_t channels = 0;
        for (std::size_t b = 0; b < blocks_.size(); ++b) {
            const ConvolutionBlock& block = plan_.convolutions()[b];
            const std::size_t padded = block.shape.out_channels;
            adapted_[b].transformed.resize(transformed_floats(block.shape));
            adapted_[b].turned.resize(block.shape.kernel_height * 3 * block.channels * block.shape.in_stride);
            adapted_[b].turned_transformed.resize(transformed_floats(block.back()));
            for (Floats* values :
                 {&blocks_[b].mean, &blocks_[b].deviation_inverse, &blocks_[b].scale, &blocks_[b].shift}) {
                values->resize(padded);
            }
            scratch = std::max({scratch, scratch_floats(block.shape), scratch_floats(block.back())});
            image = std::max(image, (block.shape.height + 2 * block.border) * (block.shape.width + 2) * padded);
            channels = std::max(channels, padded);
        }
        scratch_.resize(scratch);
        dconvolved_.resize(image);
        for (Floats* sums : {&of_beta_, &of_gamma_, &of_input_, &offset_, &slope_}) {
            sums->resize(channels);
        }
    }

    void adapt(std::span<float> parameters, const sim::SampleBlock& samples, std::size_t count,
               const BatchNormAdaptation& adaptation) override {
        sim::expects(!blocks_.empty(), "adaptation of batch norm needs batch norm");
        sim::expects(count > 0 && count <= samples.count(), "there are samples to adapt to");
        plan_.pack(parameters, parameters_);
        reserve(count, adaptation.steps > 0);
        prepare_weights();
        copy_images(plan_.convolutions().front(), samples.sample(0), samples.stride(), count,
                    blocks_.front().input.data());
        move_statistics(count, adaptation);
        if (adaptation.steps > 0) {
            lower_entropy(count, adaptation);
        }
        plan_.unpack(parameters_, parameters);
    }

private:
    void reserve(std::size_t n, bool steps) {
        if (n > capacity_) {
            capacity_ = n;
            for (std::size_t b = 0; b < blocks_.size(); ++b) {
                const ConvolutionBlock& block = plan_.convolutions()[b];
                const std::size_t padded = block.shape.out_channels;
                blocks_[b].input.assign(n * block.input_floats(), 0.0F);
                blocks_[b].output.resize(n * block.positions() * padded);
                blocks_[b].selected.resize(n * block.pooled_positions() * padded);
            }
            features_.resize(n * plan_.linears().front().in);
        }
        if (steps && n > steps_capacity_) {
            steps_capacity_ = n;
            for (BlockMemory& memory : blocks_) {
                memory.dpooled.resize(memory.selected.size());
            }
            for (std::size_t l = 0; l < layers_.size(); ++l) {
                layers_[l].output.assign(n * plan_.linears()[l].padded_out(), 0.0F);
                layers_[l].gradient.assign(n * plan_.linears()[l].padded_out(), 0.0F);
            }
        }
    }

    void prepare_weights() {
        for (std::size_t b = 0; b < blocks_.size(); ++b) {
            const ConvolutionBlock& block = plan_.convolutions()[b];
            transform_weights(block.shape, &parameters_[block.weight], adapted_[b].transformed.data());
            if (b > 0) {
                turn_weights(block, &parameters_[block.weight], adapted_[b].turned.data());
                transform_weights(block.back(), adapted_[b].turned.data(), adapted_[b].turned_transformed.data());
            }
        }
    }

    void move_statistics(std::size_t n, const BatchNormAdaptation& adaptation) {
        const double share = adaptation.share;
        const bool of_means = adaptation.spread == BatchNormAdaptation::Spread::of_means;
        for (std::size_t b = 0; b < blocks_.size(); ++b) {
            const ConvolutionBlock& block = plan_.convolutions()[b];
            convolve(b, n, true);
            const BatchMoments& moments = adapted_[b].moments;
            for (std::size_t c = 0; c < block.channels; ++c) {
                const double mean = parameters_[block.mean + c];
                const double apart = mean - moments.mean(c);
                const double variance = (1.0 - share) * static_cast<double>(parameters_[block.variance + c]) +
                                        share * moments.variance(c) +
                                        (of_means ? share * (1.0 - share) * apart * apart : 0.0);
                parameters_[block.mean + c] = static_cast<float>((1.0 - share) * mean + share * moments.mean(c));
                parameters_[block.variance + c] = static_cast<float>(variance);
            }
            normalise(b, false);
            if (b + 1 < blocks_.size() || adaptation.steps > 0) {
                pool(b, 0, n);
            }
        }
    }

    void lower_entropy(std::size_t n, const BatchNormAdaptation& adaptation) {
        const bool by_samples = adaptation.normaliser == BatchNormAdaptation::Normaliser::samples;
        // Moving the statistics has left the first step's forward pass behind it.
        const bool is_there = !by_samples || adaptation.share == 1.0;
        OptimizerState adam{{.learning_rate = adaptation.rate, .optimizer = sim::Chosen{adam_optimizer()}},
                            parameters_.size()};
        adam.begin(parameters_);
        for (std::int64_t step = 0; step < adaptation.steps; ++step) {
            const bool forward = step > 0 || !is_there;
            const std::size_t together = forward && !by_samples ? std::min(n, samples_at_once) : n;
            for (std::size_t b = 0; b < blocks_.size(); ++b) {
                adapted_[b].gradient.assign(2 * plan_.convolutions()[b].shape.out_channels, 0.0);
                if (forward && !by_samples) {
                    normalise(b, false);
                }
            }
            for (std::size_t first = 0; first < n; first += together) {
                const std::size_t m = std::min(together, n - first);
                if (forward) {
                    forward_blocks(first, m, by_samples);
                }
                through_linears(m, 1.0F / static_cast<float>(n));
                for (std::size_t b = blocks_.size(); b-- > 0;) {
                    backward_block(b, m, by_samples);
                }
            }
            adam.next_step();
            for (std::size_t b = 0; b < blocks_.size(); ++b) {
                step_affine(b, adam);
            }
        }
    }

    /// The convolution of block b on m samples.
    void convolve(std::size_t b, std::size_t m, bool with_moments) {
        const ConvolutionBlock& block = plan_.convolutions()[b];
        const std::size_t image = block.positions() * block.shape.out_channels;
        BatchMoments& moments = adapted_[b].moments;
        moments.begin(block.shape.out_channels);
        for (std::size_t i = 0; i < m; ++i) {
            float* const output = blocks_[b].output.data() + i * image;
            convolution_forward(block.shape, blocks_[b].input.data() + i * block.input_floats(),
                                &parameters_[block.weight], adapted_[b].transformed.data(), &parameters_[block.bias],
                                output, scratch_.data());
            if (with_moments) {
                moments.add(output, block.positions());
            }
        }
    }

    /// Batch norm of block b as z = scale x + shift, by the samples' statistics or by the model's.
    void normalise(std::size_t b, bool by_samples) {
        const ConvolutionBlock& block = plan_.convolutions()[b];
        const BatchMoments& moments = adapted_[b].moments;
        BlockMemory& memory = blocks_[b];
        for (std::size_t c = 0; c < block.channels; ++c) {
            const double mean = by_samples ? moments.mean(c) : static_cast<double>(parameters_[block.mean + c]);
            const double variance =
                by_samples ? moments.variance(c) : static_cast<double>(parameters_[block.variance + c]);
            const double inverse = 1.0 / std::sqrt(variance + batch_norm_epsilon);
            const double scale = static_cast<double>(parameters_[block.gamma + c]) * inverse;
            memory.mean[c] = static_cast<float>(mean);
            memory.deviation_inverse[c] = static_cast<float>(inverse);
            memory.scale[c] = static_cast<float>(scale);
            memory.shift[c] = static_cast<float>(static_cast<double>(parameters_[block.beta + c]) - scale * mean);
        }
    }

    /// Batch norm, ReLU and pooling of block b on m samples, which lie from `first` on in what its convolution gave.
    void pool(std::size_t b, std::size_t first, std::size_t m) {
        const ConvolutionBlock& block = plan_.convolutions()[b];
        const std::size_t padded = block.shape.out_channels;
        const PooledPlace place = pooled_place(plan_, b, blocks_, features_);
        for (std::size_t i = 0; i < m; ++i) {
            norm_pool_forward(block.pooling, blocks_[b].output.data() + (first + i) * block.positions() * padded,
                              blocks_[b].scale.data(), blocks_[b].shift.data(), place.values + i * place.sample,
                              place.row, place.column,
                              blocks_[b].selected.data() + i * block.pooled_positions() * padded);
        }
    }

    /// m samples from `first` on. What the first convolution gave of all samples is still there: nothing in front of it
    /// changes.
    void forward_blocks(std::size_t first, std::size_t m, bool by_samples) {
        for (std::size_t b = 0; b < blocks_.size(); ++b) {
            if (b > 0) {
                convolve(b, m, by_samples);
            }
            if (by_samples) {
                normalise(b, true);
            }
            pool(b, b == 0 ? first : 0, m);
        }
    }

    /// From the features of m samples to the logits, and the gradient of `share` times their entropies back to the
    /// features.
    void through_linears(std::size_t m, float share) {
        ConstRows x{features_.data(), plan_.linears().front().in};
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            const LinearBlock& layer = plan_.linears()[l];
            const Rows y{layers_[l].output.data(), layer.padded_out()};
            linear_forward(x, m, &parameters_[layer.weight], layer.in, layer.out, &parameters_[layer.bias], layer.relu,
                           y);
            x = y;
        }
        ConstRows dy = x;
        entropy_gradient({layers_.back().output.data(), dy.stride}, m, plan_.classes(), share);
        for (std::size_t l = layers_.size(); l-- > 0;) {
            const LinearBlock& layer = plan_.linears()[l];
            const Rows dx = l > 0 ? Rows{layers_[l - 1].gradient.data(), plan_.linears()[l - 1].padded_out()}
                                  : Rows{blocks_.back().dpooled.data(), layer.in};
            const bool relu = l > 0 && plan_.linears()[l - 1].relu;
            linear_backward(dy, m, &parameters_[layer.weight], layer.in, layer.out,
                            relu ? layers_[l - 1].output.data() : nullptr, dx);
            dy = dx;
        }
    }

    /// Adds up the gradients of gamma and beta, and takes the gradient on to the block below.
    void backward_block(std::size_t b, std::size_t m, bool by_samples) {
        const ConvolutionBlock& block = plan_.convolutions()[b];
        const BlockMemory& memory = blocks_[b];
        const std::size_t padded = block.shape.out_channels;
        const std::size_t pooled = block.pooled_positions() * padded;
        std::vector<double>& gradient = adapted_[b].gradient;
        for (std::size_t i = 0; i < m; ++i) {
            std::fill_n(of_beta_.begin(), padded, 0.0F);
            std::fill_n(of_gamma_.begin(), padded, 0.0F);
            norm_pool_sums(block.pooling, memory.selected.data() + i * pooled, memory.dpooled.data() + i * pooled,
                           memory.scale.data(), memory.shift.data(), memory.mean.data(), of_beta_.data(),
                           of_gamma_.data());
            for (std::size_t c = 0; c < padded; ++c) {
                gradient[c] += static_cast<double>(of_beta_[c]);
                gradient[padded + c] += static_cast<double>(of_gamma_[c]);
            }
        }
        if (b == 0) {
            return;
        }
        through_statistics(b, m, by_samples);
        const std::size_t row = (block.shape.width + 2) * padded;
        std::fill_n(dconvolved_.begin(), (block.shape.height + 2 * block.border) * row, 0.0F);
        for (std::size_t i = 0; i < m; ++i) {
            norm_pool_backward(block.pooling, memory.output.data() + i * block.positions() * padded,
                               memory.dpooled.data() + i * pooled, memory.scale.data(), memory.shift.data(),
                               offset_.data(), slope_.data(), dconvolved_.data() + block.border * row + padded, row,
                               of_input_.data());
            convolution_forward(block.back(), dconvolved_.data(), adapted_[b].turned.data(),
                                adapted_[b].turned_transformed.data(), nullptr,
                                blocks_[b - 1].dpooled.data() + i * block.positions() * block.shape.in_stride,
                                scratch_.data());
        }
    }

    /// What reaches the convolution's output by way of the samples' statistics: offset + slope x (Ioffe and Szegedy
    /// 2015); nothing where the statistics are the model's.
    void through_statistics(std::size_t b, std::size_t m, bool by_samples) {
        const ConvolutionBlock& block = plan_.convolutions()[b];
        const BlockMemory& memory = blocks_[b];
        std::ranges::fill(offset_, 0.0F);
        std::ranges::fill(slope_, 0.0F);
        if (!by_samples) {
            return;
        }
        const std::vector<double>& gradient = adapted_[b].gradient;
        const double count = static_cast<double>(m) * static_cast<double>(block.positions());
        for (std::size_t c = 0; c < block.channels; ++c) {
            const auto inverse = static_cast<double>(memory.deviation_inverse[c]);
            const auto scale = static_cast<double>(memory.scale[c]);
            const double slope = -scale * inverse * inverse * gradient[block.shape.out_channels + c] / count;
            slope_[c] = static_cast<float>(slope);
            offset_[c] = static_cast<float>(-scale * gradient[c] / count - slope * static_cast<double>(memory.mean[c]));
        }
    }

    void step_affine(std::size_t b, OptimizerState& adam) {
        const ConvolutionBlock& block = plan_.convolutions()[b];
        const std::size_t padded = block.shape.out_channels;
        for (std::size_t c = 0; c < padded; ++c) {
            of_beta_[c] = static_cast<float>(adapted_[b].gradient[c]);
            of_gamma_[c] = static_cast<float>(adapted_[b].gradient[padded + c] *
                                              static_cast<double>(blocks_[b].deviation_inverse[c]));
        }
        const auto state = [&](std::size_t offset) { return adam.at(parameters_.data(), parameters_, offset); };
        step_parameters(adam.rule(), state(block.gamma), of_gamma_.data(), padded);
        step_parameters(adam.rule(), state(block.beta), of_beta_.data(), padded);
    }

    KernelPlan plan_;
    Floats parameters_;  ///< packed
    std::vector<BlockMemory> blocks_;
    std::vector<AdaptedBlock> adapted_;
    std::vector<LinearMemory> layers_;
    std::size_t capacity_ = 0;
    std::size_t steps_capacity_ = 0;
    Floats features_;
    Floats scratch_;
    Floats dconvolved_;  ///< of one sample, bordered
    Floats of_beta_;
    Floats of_gamma_;
    Floats of_input_;  ///< sums that nobody needs
    Floats offset_;
    Floats slope_;
};

}  // namespace

std::unique_ptr<BatchNormAdapter> make_batch_norm_adapter(const Model& model) {
    return std::make_unique<FusedBatchNormAdapter>(model);
}

}  // namespace fused
}  // namespace mlaasim::fl
