// Whether a stream has another mix of classes than the providers, and predictions that take it into account.
#pragma once

#include <span>
#include <vector>

#include "sim/drift/sample_block.hpp"
#include "tta/serving/serving.hpp"

namespace mlaasim::tta {

struct ClassShift {
    /// Of Pearson's chi-squared test that the predicted classes of both are equally common; 1 with less than two
    /// classes.
    double p = 1.0;
    double moved = 0.0;  ///< total variation between the mixes of classes, in [0, 1]
    /// By class: how many times as common it is in the stream as among the providers' samples, to the power of 0, .25,
    /// .5, .75 or 1 that would make the fewest mistakes on those, if they had the stream's mix.
    std::vector<float> weights{};
};

/// Compares a window, without its labels, with the composition's reference. The window's mix is that of
/// class_priors(), with one more sample of each class, so that no weight is 0. It means something where the samples of
/// each class look as the providers' do. Preconditions: reference and window have samples.
[[nodiscard]] ClassShift class_shift(const ServedComposition& composition, const sim::SampleBlock& window);

/// Rows of class probabilities, each multiplied by the weights of the classes, and then summing to 1 again.
void weigh(std::span<float> probabilities, std::span<const float> weights);

}  // namespace mlaasim::tta
