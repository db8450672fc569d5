// The fused engine's kernels: forward, backward and update of whole layers, for the best instructions of the machine.
//
// Conventions: every pointer is 64-byte aligned and every stride is a multiple of 16 floats, unless said otherwise;
// what pads a row is zero and stays zero. Activations of convolutions have their channels last, with zeros around the
// image where a convolution reads. On one instruction set, a result's bits depend on the arguments' values alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fl/fused/accumulate_rows.hpp"

namespace mlaasim::fl::fused {

/// An UpdateRule as the kernels take it, with the terms that the gradient takes in first: weight decay and FedProx.
struct StepRule {
    bool has_first = false;
    bool has_second = false;
    float rate = 0.0F;
    float first_decay = 0.0F;
    float first_gain = 1.0F;
    float second_decay = 0.0F;
    float second_gain = 1.0F;
    float inverse_correction = 1.0F;
    float epsilon = 0.0F;
    float weight_decay = 0.0F;
    float proximal = 0.0F;

    /// p = p - rate g.
    [[nodiscard]] bool plain() const { return !has_first && !has_second && weight_decay == 0.0F && proximal == 0.0F; }
};

/// Parameters, before the step and after it, which may be one array, and the optimiser's state beside them; null where
/// the rule needs none.
struct StepState {
    const float* before = nullptr;
    float* parameters = nullptr;
    float* first = nullptr;
    float* second = nullptr;
    const float* start = nullptr;

    [[nodiscard]] StepState at(std::size_t offset) const {
        return {before + offset, parameters + offset, first == nullptr ? nullptr : first + offset,
                second == nullptr ? nullptr : second + offset, start == nullptr ? nullptr : start + offset};
    }
};

/// One step on `count` parameters (a multiple of 16) with their gradient.
void step_parameters(const StepRule& rule, const StepState& state, const float* gradient, std::size_t count);

/// units[i] += round(row[i] * factor), of `count` values (a multiple of 16).
void add_row(const float* row, std::size_t count, const Addition& addition);

/// A matrix of activations: rows x columns used, `stride` floats from row to row.
struct Rows {
    float* values = nullptr;
    std::size_t stride = 0;
};
struct ConstRows {
    const float* values = nullptr;
    std::size_t stride = 0;
    ConstRows(const float* v, std::size_t s) : values{v}, stride{s} {}
    ConstRows(const Rows& rows) : values{rows.values}, stride{rows.stride} {}  // NOLINT: as pointers convert
};

/// y (n x out) = x (n x in) weight^T + bias, then ReLU if asked. weight: out rows of `in` floats; `in` is padded.
void linear_forward(ConstRows x, std::size_t n, const float* weight, std::size_t in, std::size_t out, const float* bias,
                    bool relu, Rows y);
/// dx (n x in) = dy (n x out) weight; where `activation` (n x in, the ReLU's output) is given, 0 where that is 0.
void linear_backward(ConstRows dy, std::size_t n, const float* weight, std::size_t in, std::size_t out,
                     const float* activation, Rows dx);
/// Where a layer's parameters are added up.
struct LinearAddition {
    Addition weight;
    Addition bias;
};
/// Steps weight and bias with their gradients dy^T x and the column sums of dy; then adds them up, where `addition` is
/// given.
void linear_update(ConstRows dy, std::size_t n, ConstRows x, std::size_t in, std::size_t out, const StepRule& rule,
                   const StepState& weight, const StepState& bias, const LinearAddition* addition = nullptr);

/// Samples that are evaluated together, of which only the columns are read in which one of them is not background.
inline constexpr std::size_t rows_together = 4;

/// Values above the background by column, `rows_together` each; and where each sample's outputs go (null: nowhere).
struct SelectedRows {
    const float* values = nullptr;
    const std::uint32_t* columns = nullptr;
    std::size_t count = 0;
    float* outputs[rows_together] = {};
};

/// Finds the columns in which one of the rows is not `background`; returns how many, at most `length`.
std::size_t select_columns(const float* const* rows, std::size_t length, float background, std::uint32_t* columns,
                           float* values);
/// 64-bit words that hold a bit for each of so many columns.
[[nodiscard]] constexpr std::size_t mask_words(std::size_t length) { return (length + 511) / 512 * 8; }
/// Marks the columns of a row that are not `background` in a mask of mask_words(length) words.
void mask_columns(const float* row, std::size_t length, float background, std::uint64_t* mask);
/// Puts rows next to each other that are background in the same columns: the first one that is left, and then, three
/// times, that of the next 64 which adds the fewest columns to those before it. `order`: numbers of rows, of which each
/// has a mask of `words` words.
void group_alike(const std::uint64_t* masks, std::size_t words, std::span<std::uint32_t> order);
/// outputs = x weight + bias, then ReLU if asked. `outputs` is padded to 16. weight: for 16 outputs after the other,
/// `length` columns x 16; the bias holds what the background contributes.
void selected_forward(const SelectedRows& x, const float* weight, std::size_t length, std::size_t outputs,
                      const float* bias, bool relu);

/// Turns logits (n x classes) into the gradient of their mean cross-entropy; returns the summed loss.
double softmax_cross_entropy(Rows logits, std::size_t n, std::size_t classes, const std::int64_t* labels);
/// Turns logits (n x classes) into the gradient of `share` times the sum of their predictions' entropies.
void entropy_gradient(Rows logits, std::size_t n, std::size_t classes, float share);
/// Class probabilities of logits (n x classes), which are used up; row behind row without padding. NaN in a row that
/// holds what is no finite number.
void softmax(Rows logits, std::size_t n, std::size_t classes, float* probabilities);
/// Cross-entropy without a gradient: loss and arg max of each row (n each). The first of equal logits wins.
void classify(ConstRows logits, std::size_t n, std::size_t classes, const std::int64_t* labels, float* losses,
              std::uint32_t* predictions);

/// A convolution of kernel height x 3 over one sample; the kernel's centre moves over height x width positions.
struct Convolution {
    std::size_t height = 0;
    std::size_t width = 0;
    std::size_t kernel_height = 0;
    std::size_t in_channels = 0;
    std::size_t in_stride = 0;     ///< floats from column to column of the input; any number
    std::size_t in_row = 0;        ///< floats from row to row of the input, borders included
    std::size_t out_channels = 0;  ///< padded
};

/// Convolutions of many channels over an even image go through Winograd's minimal filtering.
[[nodiscard]] bool is_winograd(const Convolution& shape);
/// Tiles that are transformed together, and points of each.
inline constexpr std::size_t winograd_tiles = 14;
inline constexpr std::size_t points_of_a_tile = 16;
/// Room that a convolution needs for its transformed weights and while it computes; 0 where it is computed as defined.
[[nodiscard]] std::size_t transformed_floats(const Convolution& shape);
[[nodiscard]] std::size_t scratch_floats(const Convolution& shape);
/// Where Winograd applies: points x input channels x output channels from taps x input channels x output channels.
void transform_weights(const Convolution& shape, const float* weight, float* transformed);

/// out (height x width x out_channels) from the input's first bordering element on. weight: taps x in_channels x
/// out_channels; `transformed`: what transform_weights made of it. `in` needs no alignment unless is_winograd. `bias`
/// may be null.
void convolution_forward(const Convolution& shape, const float* in, const float* weight, const float* transformed,
                         const float* bias, float* out, float* scratch);
/// The same by Winograd's filtering.
void winograd_forward(const Convolution& shape, const float* in, const float* transformed, const float* bias,
                      float* out, float* scratch);
/// The gradient of the weights goes through Winograd's filtering over even images of at least 6 x 6 positions and from
/// eight input channels on: with fewer, the transformations cost more than they save (bench/README.md).
[[nodiscard]] bool is_winograd_gradient(const Convolution& shape);
/// Room for what is summed over samples, and while it is computed.
[[nodiscard]] std::size_t gradient_sum_floats(const Convolution& shape);
[[nodiscard]] std::size_t gradient_scratch_floats(const Convolution& shape);
/// sums += what one sample has of the gradient, of dy: height x width x out_channels, `dy_row` floats from row to row.
void convolution_weight_gradient(const Convolution& shape, const float* in, const float* dy, std::size_t dy_row,
                                 float* sums, float* scratch);
/// The same by Winograd's filtering.
void winograd_gradient_sums(const Convolution& shape, const float* in, const float* dy, std::size_t dy_row, float* sums,
                            float* scratch);
/// Makes of the sums, in their place, the gradient (as weight).
void complete_weight_gradient(const Convolution& shape, float* sums);

/// Mean and sum of squared differences from it, of each channel over the positions of one sample.
void channel_moments(const float* x, std::size_t positions, std::size_t channels, float* mean, float* squares);

/// Adds up relu(scale x + shift) and its squares by channel, over so many positions that lie behind one another.
void norm_relu_sums(const float* x, std::size_t positions, std::size_t channels, const float* scale, const float* shift,
                    float* sums, float* squares);

/// Batch norm as z = scale x + shift by channel, then max pooling and ReLU, of one sample.
struct Pooling {
    std::size_t height = 0;  ///< of the input
    std::size_t width = 0;
    std::size_t window_height = 0;
    std::size_t window_width = 0;
    std::size_t channels = 0;  ///< padded
};

/// out: `out_row` floats from row to row, `out_column` from column to column. `selected` (pooled positions x channels)
/// receives the x of each maximum, the first of equal ones; it may be null.
void norm_pool_forward(const Pooling& shape, const float* x, const float* scale, const float* shift, float* out,
                       std::size_t out_row, std::size_t out_column, float* selected);
/// Adds one sample's sum of g and of g (x - mean) by channel, g being the gradient that passes the ReLU.
void norm_pool_sums(const Pooling& shape, const float* selected, const float* dpooled, const float* scale,
                    const float* shift, const float* mean, float* sum_g, float* sum_gx);
/// dx = scale g at the maxima, plus offset + slope x everywhere: the gradient through pooling, ReLU and batch norm.
/// dx: `dx_row` floats from row to row. Adds the sums of dx by channel.
void norm_pool_backward(const Pooling& shape, const float* x, const float* dpooled, const float* scale,
                        const float* shift, const float* offset, const float* slope, float* dx, std::size_t dx_row,
                        float* sum_dx);

/// The instruction set that these kernels run on: "AVX3", "AVX2", "SSE4", "NEON", ...
[[nodiscard]] std::string target_name();
/// Those that there are kernels for and that the processor has, best first.
[[nodiscard]] std::vector<std::string> target_names();
/// From now on the kernels run on this one of them.
void choose_target(const std::string& name);

}  // namespace mlaasim::fl::fused
