// How the fused engine sees a model: blocks of convolution, batch norm, ReLU and pooling, then fully connected layers,
// over parameters in the order in which the kernels read them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fl/fused/kernels.hpp"
#include "fl/model.hpp"
#include "sim/core/aligned.hpp"

namespace mlaasim::fl::fused {

/// A block of convolution, batch norm, ReLU and max pooling. Offsets are into the packed parameters.
struct ConvolutionBlock {
    Convolution shape;  ///< forward, reading a bordered image
    Pooling pooling;
    std::size_t channels = 0;  ///< of the output, without padding
    std::size_t border = 0;    ///< rows of zeros above and below the input; one column at each side
    std::size_t pooled_height = 0;
    std::size_t pooled_width = 0;
    std::size_t weight = 0;  ///< taps x input channels x padded output channels
    std::size_t bias = 0;
    std::size_t gamma = 0;
    std::size_t beta = 0;
    std::size_t mean = 0;
    std::size_t variance = 0;

    [[nodiscard]] std::size_t positions() const { return shape.height * shape.width; }
    [[nodiscard]] std::size_t pooled_positions() const { return pooled_height * pooled_width; }
    /// Floats of one bordered input, and where its first pixel lies.
    [[nodiscard]] std::size_t input_floats() const { return (shape.height + 2 * border) * shape.in_row; }
    [[nodiscard]] std::size_t first_pixel() const { return border * shape.in_row + shape.in_stride; }
    /// The convolution that takes the output's gradient, bordered in its turn, back to the input.
    [[nodiscard]] Convolution back() const {
        return {.height = shape.height,
                .width = shape.width,
                .kernel_height = shape.kernel_height,
                .in_channels = channels,
                .in_stride = shape.out_channels,
                .in_row = (shape.width + 2) * shape.out_channels,
                .out_channels = shape.in_stride};
    }
    [[nodiscard]] std::size_t weights() const {
        return shape.kernel_height * 3 * shape.in_channels * shape.out_channels;
    }
};

/// A fully connected layer: `out` rows of `in` weights; `in` is padded.
struct LinearBlock {
    std::size_t in = 0;
    std::size_t out = 0;
    bool relu = false;
    std::size_t weight = 0;
    std::size_t bias = 0;

    [[nodiscard]] std::size_t padded_out() const { return sim::padded_floats(out); }
};

class KernelPlan {
public:
    /// Precondition: `missing_kernel(model)` is empty.
    explicit KernelPlan(const Model& model);

    /// What the fused engine lacks for this model, in words; nothing when it has all.
    [[nodiscard]] static std::optional<std::string> missing_kernel(const Model& model);

    [[nodiscard]] std::span<const ConvolutionBlock> convolutions() const { return convolutions_; }
    [[nodiscard]] std::span<const LinearBlock> linears() const { return linears_; }
    [[nodiscard]] std::size_t classes() const { return linears_.back().out; }

    [[nodiscard]] std::size_t flat_size() const { return flat_size_; }
    /// Length of the packed parameters, a multiple of 16.
    [[nodiscard]] std::size_t packed_size() const { return packed_size_; }
    /// True when packed and flat parameters are the same array.
    [[nodiscard]] bool is_flat() const { return is_flat_; }
    /// From the model's flat layout to the packed one; what pads becomes zero.
    void pack(std::span<const float> flat, std::span<float> packed) const;
    /// And back.
    void unpack(std::span<const float> packed, std::span<float> flat) const;
    /// Adds sums over packed parameters to those over flat ones.
    void add_unpacked(std::span<const std::int64_t> packed, std::span<std::int64_t> flat) const;

private:
    /// A block's elements [a][b][c] by the strides of both layouts.
    struct Transfer {
        std::size_t flat = 0;
        std::size_t packed = 0;
        std::size_t sizes[3] = {1, 1, 1};
        std::size_t flat_strides[3] = {0, 0, 1};
        std::size_t packed_strides[3] = {0, 0, 1};
    };
    template <class Function>
    void each_element(Function function) const;
    std::size_t place(const Transfer& transfer, std::size_t packed_floats);
    std::size_t place_vector(const sim::ParameterBlock& block);

    std::vector<ConvolutionBlock> convolutions_;
    std::vector<LinearBlock> linears_;
    std::vector<Transfer> transfers_;
    std::size_t flat_size_;
    std::size_t packed_size_ = 0;
    bool is_flat_ = false;
};

/// Copies n samples (channels x height x width each, `row` floats apart) into bordered images, channels last. The
/// borders are left as they are.
void copy_images(const ConvolutionBlock& block, const float* samples, std::size_t row, std::size_t n, float* images);
/// The weights of the convolution block.back(), which takes the gradient back: taps turned round, channels exchanged.
void turn_weights(const ConvolutionBlock& block, const float* weight, float* turned);

}  // namespace mlaasim::fl::fused
