// How a drift sets in, and whether it ends and returns.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::sim {

/// The options of a kind of pattern, and what follows from them.
struct DriftPattern {
    virtual ~DriftPattern() = default;

    /// The share of its full strength that a drift has so many rounds after its start (0 = the first round that sees
    /// it). 0 = it rests.
    [[nodiscard]] virtual double level(std::int64_t rounds_since_start) const = 0;
    /// Rules that a range can't express. The path of a problem is the option's key.
    [[nodiscard]] virtual std::vector<Problem> problems() const { return {}; }
};

/// The kinds of patterns; the first is the default.
[[nodiscard]] std::span<const Kind<DriftPattern>> drift_patterns();

}  // namespace mlaasim::sim
