// MUM, the rule of model utility: how far a candidate's model lies from the composition's (adaptive composition, eq.
// 8).
#pragma once

#include <span>

#include "sim/core/error.hpp"
#include "sim/core/parameter_layout.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// The options of a kind of distance, and the distance that follows from them.
struct ModelDistance {
    virtual ~ModelDistance() = default;
    /// >= 0, over the trainable blocks. Both models have the given layout.
    [[nodiscard]] virtual double distance(std::span<const float> composition, std::span<const float> candidate,
                                          const sim::ParameterLayout& layout) const = 0;
};

/// The kinds of distances; the first is the default.
[[nodiscard]] std::span<const sim::Kind<ModelDistance>> model_distance_kinds();

/// Calls `add(w_mean, w, count)` for every trainable block of two models.
template <class Add>
void each_trainable(std::span<const float> composition, std::span<const float> candidate,
                    const sim::ParameterLayout& layout, Add add) {
    sim::expects(composition.size() == layout.size() && candidate.size() == layout.size(),
                 "models of the given layout");
    for (const sim::ParameterBlock& block : layout.blocks()) {
        if (block.trainable()) {
            add(composition.data() + block.offset, candidate.data() + block.offset, block.count);
        }
    }
}

}  // namespace mlaasim::composition
