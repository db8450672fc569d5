// Samples that the gate flags, and the others: who goes where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/drift/sample_block.hpp"
#include "tta/serving/serving.hpp"

namespace mlaasim::tta {

/// Whether a window shows one sample again and again, as of a camera or a sensor that hangs. Of fewer than two: no.
[[nodiscard]] bool all_equal(const sim::SampleBlock& window);

/// 1 = the gate of the composition flags the sample. Precondition: it has a gate.
[[nodiscard]] std::vector<std::uint8_t> flags_of(const ServedComposition& composition, const sim::SampleBlock& samples);
[[nodiscard]] std::size_t flagged_among(std::span<const std::uint8_t> flags);

/// The samples of a block in two, in their order.
struct Parted {
    sim::SampleBlock flagged{};
    sim::SampleBlock others{};
};
[[nodiscard]] Parted part(const sim::SampleBlock& samples, std::span<const std::uint8_t> flags);

/// Class probabilities in the order of the samples: of the adapted model for those that are flagged, of the composition
/// for the others. `flags`: one a sample; without them those of the gate.
[[nodiscard]] std::vector<float> routed_probabilities(const ServedComposition& composition,
                                                      std::span<const float> adapted, const sim::SampleBlock& samples,
                                                      std::span<const std::uint8_t> flags);
[[nodiscard]] std::vector<float> routed_probabilities(const ServedComposition& composition,
                                                      std::span<const float> adapted, const sim::SampleBlock& samples);

/// The same, of the composition for cluttered samples once they are restored, and for the others as they are.
[[nodiscard]] std::vector<float> restored_probabilities(const ServedComposition& composition, const Restorer& restorer,
                                                        const sim::SampleBlock& samples);

}  // namespace mlaasim::tta
