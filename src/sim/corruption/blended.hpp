// Corruptions that have no strength of their own: a sample moves towards what it becomes.
#pragma once

#include <span>
#include <string_view>

#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {

/// (1 - s) x + s c(x), clipped to [0, 1], with c the published corruption and s the strength.
struct BlendedCorruption : Corruption {
    double magnitude = 1.0;

    [[nodiscard]] double strength() const final { return magnitude; }
    void apply(std::span<float> values, std::span<float> scratch, double strength,
               const SampleContext& context) const final;

    /// Writes c(values) to `out`, which has as many values. `values` may be changed.
    virtual void corrupt(std::span<float> values, std::span<float> out, const SampleContext& context) const = 0;
};

/// Declares `magnitude`.
void declare_blend(OptionVisitor& visitor, BlendedCorruption& options);
/// Declares a `severity` of 1 to 5, which `table` explains.
void declare_severity(OptionVisitor& visitor, std::int64_t& severity, std::string_view table);

}  // namespace mlaasim::sim
