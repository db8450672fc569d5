// How a model is adapted at test time, to unlabelled samples of the stream: kinds of techniques.
#pragma once

#include <cstdint>
#include <span>

#include "fl/model.hpp"
#include "sim/drift/sample_block.hpp"
#include "sim/options/need.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::tta {

/// The options of a kind of technique, and the adaptation that follows from them.
struct Technique {
    virtual ~Technique() = default;

    /// Adapts parameters (64-byte aligned) of the model in place. Labels are not looked at. Preconditions: the model
    /// has what needs() says, and there are at least fewest_samples().
    virtual void adapt(const fl::Model& model, std::span<float> parameters, const sim::SampleBlock& samples) const = 0;

    /// What it needs of a scenario, such as a model with batch norm.
    [[nodiscard]] virtual sim::Needs needs() const { return {}; }
    /// It can't adapt on fewer samples than these.
    [[nodiscard]] virtual std::int64_t fewest_samples() const { return 1; }
};

/// The kinds of techniques; the first is the default.
[[nodiscard]] std::span<const sim::Kind<Technique>> technique_kinds();

}  // namespace mlaasim::tta
