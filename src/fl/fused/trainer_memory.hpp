// What the fused trainer keeps of a batch between forward and backward.
#pragma once

#include "sim/core/aligned.hpp"

namespace mlaasim::fl::fused {

using Floats = sim::AlignedVector<float>;

/// Of a convolution block.
struct BlockMemory {
    Floats input;     ///< bordered images
    Floats output;    ///< of the convolution
    Floats selected;  ///< what the pooling chose of it
    Floats dpooled;   ///< gradient of the block's output
    Floats mean;
    Floats deviation_inverse;
    Floats scale;  ///< of batch norm as z = scale x + shift
    Floats shift;
};

/// Of a fully connected layer.
struct LinearMemory {
    Floats output;  ///< after the ReLU; of the last layer the logits, then their gradient
    Floats gradient;
};

}  // namespace mlaasim::fl::fused
