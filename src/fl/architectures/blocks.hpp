// Groups of layers that several architectures are made of, with their options.
#pragma once

#include <cstdint>
#include <vector>

#include "fl/layer_stack.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::fl {

/// Fully connected layers, each with a ReLU.
struct HiddenLayers {
    std::vector<std::int64_t> widths{64};

    void add_to(LayerStack& layers) const;
};

/// Blocks of a convolution, batch norm, ReLU and max pooling.
struct ConvolutionBlocks {
    std::vector<std::int64_t> channels{16, 32};  ///< of each block

    /// Throws InputError when the samples are too small for so many poolings.
    void add_to(LayerStack& layers, Window kernel, Window pooling) const;
};

void declare(sim::OptionVisitor& visitor, HiddenLayers& options);
void declare(sim::OptionVisitor& visitor, ConvolutionBlocks& options);

}  // namespace mlaasim::fl
