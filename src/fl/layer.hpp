// The layers that models are made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

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
    /// The option of the architecture that says how large the layer is; empty when none does.
    std::string_view option{};
};

/// Batch-norm constants, as LibTorch's defaults.
inline constexpr double batch_norm_epsilon = 1e-5;
inline constexpr double batch_norm_momentum = 0.1;

}  // namespace mlaasim::fl
