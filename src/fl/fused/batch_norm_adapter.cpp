#include "fl/fused/batch_norm_adapter.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "fl/fused/adapted_block.hpp"
#include "fl/fused/batch_moments.hpp"
#include "fl/fused/kernel_plan.hpp"
#include "fl/fused/trainer_memory.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl::fused {
namespace {

constexpr std::size_t samples_at_once = 16;  ///< stay in cache from forward to backward

class FusedBatchNormAdapter final : public BatchNormAdapter {
public:
    explicit FusedBatchNormAdapter(const Model& model)
        : BatchNormAdapter{model},
          plan_{model},
          packed_(plan_.packed_size()),
          blocks_(plan_.convolutions().size()),
          adapted_{adapted_blocks(model, plan_)},
          layers_(plan_.linears().size()) {
        std::size_t scratch = 0;
        std::size_t image = 0;
        std::size_t channels = 0;
        for (std::size_t b = 0; b < blocks_.size(); ++b) {
            const ConvolutionBlock& block = plan_.convolutions()[b];
            const std::size_t padded = block.shape.out_channels;
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

    void move_corrected_statistics(double share, Spread spread, const ClassMixCorrection* correction) override {
        std::size_t channel = 0;
        pass_layers([&](const AdaptedBlock& block, std::size_t c) {
            double of_samples = block.moments.mean(c);
            double variance_of_samples = block.moments.variance(c);
            if (correction != nullptr) {
                correction->correct(channel++, of_samples, variance_of_samples);
            }
            float& mean = parameters()[block.mean + c];
            float& variance = parameters()[block.variance + c];
            const double old = mean;
            const double apart = old - of_samples;
            mean = static_cast<float>((1.0 - share) * old + share * of_samples);
            variance = static_cast<float>((1.0 - share) * static_cast<double>(variance) + share * variance_of_samples +
                                          (spread == Spread::of_means ? share * (1.0 - share) * apart * apart : 0.0));
        });
        passed_.assign(parameters().begin(), parameters().end());
        passed_by_samples_ = share == 1.0 && correction == nullptr;
    }

    BatchNormMoments moments() override {
        BatchNormMoments found;
        pass_layers([&](const AdaptedBlock& block, std::size_t c) {
            found.means.push_back(block.moments.mean(c));
            found.variances.push_back(block.moments.variance(c));
        });
        passed_.clear();
        return found;
    }

private:
    void prepare() override {
        plan_.pack(parameters(), packed_);
        reserve();
        prepare_weights(plan_, packed_, adapted_);
        copy_images(plan_.convolutions().front(), samples(), sim::padded_floats(model().input().size()), count(),
                    blocks_.front().input.data());
        // Nothing in front of the first convolution changes.
        convolve(0, count(), true);
        passed_.clear();
    }

    void add_gradient(Normaliser normaliser, const LogitsLoss& loss, std::span<float> gradient) override {
        const bool by_samples = normaliser == Normaliser::samples;
        const std::size_t n = count();
        // Moving the statistics has left this forward pass behind it.
        const bool is_there = (!by_samples || passed_by_samples_) && std::ranges::equal(passed_, parameters());
        const std::size_t together = is_there || by_samples ? n : std::min(n, samples_at_once);
        for (std::size_t b = 0; b < blocks_.size(); ++b) {
            adapted_[b].gradient.assign(2 * plan_.convolutions()[b].shape.out_channels, 0.0);
            if (!is_there && !by_samples) {
                normalise(b, false);
            }
        }
        passed_.clear();
        bool has_gradient = false;
        for (std::size_t first = 0; first < n; first += together) {
            const std::size_t m = std::min(together, n - first);
            if (!is_there) {
                forward_blocks(first, m, by_samples);
            }
            const Rows logits = through_linears(m);
            if (!loss({logits.values, logits.stride, first, m})) {
                continue;
            }
            has_gradient = true;
            back_through_linears(m);
            for (std::size_t b = blocks_.size(); b-- > 0;) {
                backward_block(b, m, by_samples);
            }
        }
        for (std::size_t b = 0; has_gradient && b < blocks_.size(); ++b) {
            const AdaptedBlock& block = adapted_[b];
            const ConvolutionBlock& plan = plan_.convolutions()[b];
            for (std::size_t c = 0; c < plan.channels; ++c) {
                gradient[block.beta + c] = static_cast<float>(block.gradient[c]);
                gradient[block.gamma + c] = static_cast<float>(block.gradient[plan.shape.out_channels + c] *
                                                               static_cast<double>(blocks_[b].deviation_inverse[c]));
            }
        }
    }

    /// All samples, layer by layer. `see` gets a block and a channel once its moments are known; then the model's
    /// statistics normalise.
    template <class See>
    void pass_layers(See see) {
        for (std::size_t b = 0; b < blocks_.size(); ++b) {
            if (b > 0) {
                convolve(b, count(), true);
            }
            for (std::size_t c = 0; c < plan_.convolutions()[b].channels; ++c) {
                see(adapted_[b], c);
            }
            normalise(b, false);
            pool(b, 0, count());
        }
    }

    void reserve() {
        if (count() <= capacity_) {
            return;
        }
        capacity_ = count();
        for (std::size_t b = 0; b < blocks_.size(); ++b) {
            const ConvolutionBlock& block = plan_.convolutions()[b];
            const std::size_t padded = block.shape.out_channels;
            blocks_[b].input.assign(capacity_ * block.input_floats(), 0.0F);
            blocks_[b].output.resize(capacity_ * block.positions() * padded);
            blocks_[b].selected.resize(capacity_ * block.pooled_positions() * padded);
            blocks_[b].dpooled.resize(blocks_[b].selected.size());
        }
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            layers_[l].output.assign(capacity_ * plan_.linears()[l].padded_out(), 0.0F);
            layers_[l].gradient.assign(capacity_ * plan_.linears()[l].padded_out(), 0.0F);
        }
        features_.resize(capacity_ * plan_.linears().front().in);
    }

    /// The convolution of block b on m samples.
    void convolve(std::size_t b, std::size_t m, bool with_moments) {
        const ConvolutionBlock& block = plan_.convolutions()[b];
        const std::size_t image = block.positions() * block.shape.out_channels;
        BatchMoments& moments = adapted_[b].moments;
        moments.begin(block.shape.out_channels);
        for (std::size_t i = 0; i < m; ++i) {
            float* const output = blocks_[b].output.data() + i * image;
            convolution_forward(block.shape, blocks_[b].input.data() + i * block.input_floats(), &packed_[block.weight],
                                adapted_[b].transformed.data(), &packed_[block.bias], output, scratch_.data());
            if (with_moments) {
                moments.add(output, block.positions());
            }
        }
    }

    /// Batch norm of block b as z = scale x + shift, by the samples' statistics or by the model's.
    void normalise(std::size_t b, bool by_samples) {
        const AdaptedBlock& block = adapted_[b];
        BlockMemory& memory = blocks_[b];
        for (std::size_t c = 0; c < plan_.convolutions()[b].channels; ++c) {
            const double mean = by_samples ? block.moments.mean(c) : static_cast<double>(parameters()[block.mean + c]);
            const double variance =
                by_samples ? block.moments.variance(c) : static_cast<double>(parameters()[block.variance + c]);
            const double inverse = 1.0 / std::sqrt(variance + batch_norm_epsilon);
            const double scale = static_cast<double>(parameters()[block.gamma + c]) * inverse;
            memory.mean[c] = static_cast<float>(mean);
            memory.deviation_inverse[c] = static_cast<float>(inverse);
            memory.scale[c] = static_cast<float>(scale);
            memory.shift[c] = static_cast<float>(static_cast<double>(parameters()[block.beta + c]) - scale * mean);
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

    /// From the features of m samples to the logits.
    Rows through_linears(std::size_t m) {
        ConstRows x{features_.data(), plan_.linears().front().in};
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            const LinearBlock& layer = plan_.linears()[l];
            const Rows y{layers_[l].output.data(), layer.padded_out()};
            linear_forward(x, m, &packed_[layer.weight], layer.in, layer.out, &packed_[layer.bias], layer.relu, y);
            x = y;
        }
        return {layers_.back().output.data(), x.stride};
    }

    /// From the gradient that lies where the logits were back to the features.
    void back_through_linears(std::size_t m) {
        ConstRows dy{layers_.back().output.data(), plan_.linears().back().padded_out()};
        for (std::size_t l = layers_.size(); l-- > 0;) {
            const LinearBlock& layer = plan_.linears()[l];
            const Rows dx = l > 0 ? Rows{layers_[l - 1].gradient.data(), plan_.linears()[l - 1].padded_out()}
                                  : Rows{blocks_.back().dpooled.data(), layer.in};
            const bool relu = l > 0 && plan_.linears()[l - 1].relu;
            linear_backward(dy, m, &packed_[layer.weight], layer.in, layer.out,
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

    KernelPlan plan_;
    Floats packed_;  ///< parameters
    std::vector<BlockMemory> blocks_;
    std::vector<AdaptedBlock> adapted_;
    std::vector<LinearMemory> layers_;
    std::size_t capacity_ = 0;
    std::vector<float> passed_;  ///< the parameters under which all samples were passed; empty: none
    bool passed_by_samples_ = false;
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

}  // namespace mlaasim::fl::fused
