// Canny's detector of edges.
#pragma once

#include <span>

#include "sim/data/dataset.hpp"

namespace mlaasim::sim {

/// 1 where an image of one channel has an edge, else 0: a Gaussian of deviation 1, Sobel's gradient, suppression of
/// what is no maximum along the gradient, and hysteresis between the gradients 0.1 and 0.2, as scikit-image does it
/// (Canny, "A computational approach to edge detection", 1986). The outermost pixels are no edges.
void find_edges(std::span<const float> image, std::span<float> edges, const SampleShape& shape);

}  // namespace mlaasim::sim
