// A model's architecture: layers over one flat parameter array. It holds no parameters.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fl/model_options.hpp"
#include "sim/core/parameter_layout.hpp"
#include "sim/core/random.hpp"
#include "sim/data/dataset.hpp"

namespace mlaasim::fl {

enum class LayerKind { linear, convolution, batch_norm, relu, max_pool, flatten };

/// Extent of a convolution's kernel or of a pooling window: 3x3 and 2x2 on images, 1x3 and 1x2 along time.
struct Window {
    std::uint32_t height = 1;
    std::uint32_t width = 1;
    friend bool operator==(const Window&, const Window&) = default;
};

/// One layer, described once; every engine builds from this. Sizes are those of one sample.
struct Layer {
    LayerKind kind = LayerKind::flatten;
    sim::SampleShape in;
    sim::SampleShape out;
    /// Index of the first of the layer's blocks in the layout: weight, bias; or gamma, beta, mean, variance.
    std::size_t first_block = 0;
    /// Convolutions move by one and keep the size (zeros around); poolings move by their window and drop what is left.
    Window window{};
};

/// Batch-norm constants, as LibTorch's defaults.
inline constexpr double batch_norm_epsilon = 1e-5;
inline constexpr double batch_norm_momentum = 0.1;

class Model {
public:
    /// Throws InputError when the options don't fit the sample shape (more poolings than the sample has halvings, or
    /// cnn1d on images).
    Model(const ModelOptions& options, const sim::SampleShape& input, std::uint32_t classes);

    [[nodiscard]] std::span<const Layer> layers() const { return layers_; }
    [[nodiscard]] const sim::ParameterLayout& layout() const { return layout_; }
    [[nodiscard]] const sim::SampleShape& input() const { return input_; }
    [[nodiscard]] std::uint32_t classes() const { return classes_; }
    /// The architecture in words, e.g. "cnn 1x28x28 c16 c32 h64 o10": equal exactly when parameters are exchangeable.
    [[nodiscard]] const std::string& architecture() const { return architecture_; }

    /// Writes initial parameters: weights and biases U(-1/sqrt(fan_in), 1/sqrt(fan_in)) as LibTorch's modules, gamma 1,
    /// beta 0, mean 0, variance 1; padding 0. `flat` has layout().size() floats.
    void initialise(std::span<float> flat, sim::RandomStream random) const;

    /// Multiplications and additions of the forward pass of one sample.
    [[nodiscard]] double forward_flops() const;
    /// Values that the forward pass of one sample produces.
    [[nodiscard]] double activation_count() const;

private:
    void add(LayerKind kind, const sim::SampleShape& out, Window window = {});
    void add_blocks(const std::vector<std::int64_t>& channels, Window kernel, Window pooling);
    void add_linear(std::int64_t width);

    sim::SampleShape input_;
    std::uint32_t classes_;
    std::string architecture_;
    std::vector<Layer> layers_;
    sim::ParameterLayout layout_;
};

}  // namespace mlaasim::fl
