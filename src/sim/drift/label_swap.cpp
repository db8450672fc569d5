#include "sim/drift/label_swap.hpp"

namespace mlaasim::sim {

std::uint8_t swap_label(std::uint8_t label, std::span<const LabelSwap> swaps, Seed seed, std::uint32_t sample) {
    for (const LabelSwap& swap : swaps) {
        if (label != swap.a && label != swap.b) {
            continue;
        }
        const std::uint64_t entity = (static_cast<std::uint64_t>(swap.entry) << 32U) | sample;
        if (RandomStream{seed, Purpose::drift_labels, entity, 0}.uniform() < swap.share) {
            label = label == swap.a ? swap.b : swap.a;
        }
    }
    return label;
}

}  // namespace mlaasim::sim
