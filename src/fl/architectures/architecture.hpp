// Which model the services sell: kinds of architectures.
#pragma once

#include <cstdint>
#include <span>

#include "fl/layer_stack.hpp"
#include "sim/options/need.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::fl {

/// The options of a kind of architecture, and the layers that follow from them.
struct Architecture {
    virtual ~Architecture() = default;

    /// Adds all layers of a model that tells `classes` classes apart; the last gives one number a class. Throws
    /// InputError, with paths below `model`, when the options don't fit the samples.
    virtual void build(LayerStack& layers, std::uint32_t classes) const = 0;

    /// What it needs of a scenario: images, or series.
    [[nodiscard]] virtual sim::Needs needs() const { return {}; }
};

/// The kinds of architectures; the first is the default.
[[nodiscard]] std::span<const sim::Kind<Architecture>> architecture_kinds();

}  // namespace mlaasim::fl
