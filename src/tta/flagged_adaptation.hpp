// A model with batch norm, adapted to samples unlike those that it has learnt from.
#pragma once

#include <optional>
#include <span>

#include "fl/batch_norm_adapter.hpp"
#include "fl/model.hpp"
#include "sim/core/aligned.hpp"
#include "sim/drift/sample_block.hpp"

namespace mlaasim::tta {

/// m / (m + 64): what m samples weigh in statistics beside the model's own, which count as 64 samples.
[[nodiscard]] double share_of(std::size_t samples);
/// Whether all of an adapted model is finite, and within fl::divergence_bound of its source.
[[nodiscard]] bool is_usable(std::span<const float> adapted, std::span<const float> source);

/// Samples that are adapted to, at most: the first ones.
inline constexpr std::size_t most_adapted_samples = 256;

/// Adapts the batch norm of `source` (64-byte aligned) to m flagged samples, without their labels. With a = m / (m +
/// 64), layer by layer from the front, each layer seeing what those before it make of the samples once they are
/// adapted,
///     mean = (1 - a) mean_s + a mean_f,  variance = (1 - a) var_s + a var_f + a (1 - a) (mean_s - mean_f)^2.
/// Then three steps of Adam at .01 on the mean entropy change gamma and beta. The result is halfway between source and
/// adapted model. Nothing when a number of it is not finite, or beyond fl::divergence_bound of the source.
/// Preconditions: the adapter's model has batch norm, and there are samples.
[[nodiscard]] std::optional<sim::AlignedVector<float>> adapt_to_flagged(fl::BatchNormAdapter& adapter,
                                                                        std::span<const float> source,
                                                                        const sim::SampleBlock& flagged);

/// Steps on entropy and class shares: the most where so many images are adapted to as possible, of fewer images in
/// proportion, but never fewer than these; of series always the fewest.
inline constexpr std::size_t most_steered_steps = 40;
inline constexpr std::size_t fewest_steered_steps = 10;

/// The same, but steps on entropy and class shares together (ClassSteering, weight 2, of series 1), and a result that
/// is four fifths of the way from the source to the adapted model. Precondition: one share a class.
[[nodiscard]] std::optional<sim::AlignedVector<float>> adapt_to_flagged(const fl::Model& model,
                                                                        fl::BatchNormAdapter& adapter,
                                                                        std::span<const float> source,
                                                                        const sim::SampleBlock& flagged,
                                                                        std::span<const double> shares);

}  // namespace mlaasim::tta
