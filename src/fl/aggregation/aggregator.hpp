// How the members' models become one: kinds of aggregators.
#pragma once

#include <cstdint>
#include <span>

#include "sim/options/options.hpp"

namespace mlaasim::fl {

/// The options of a kind of aggregator, and what follows from them.
struct Aggregator {
    virtual ~Aggregator() = default;

    /// A member's weight in the average of parameters; `samples` are those that it trains on.
    [[nodiscard]] virtual std::int64_t weight(std::int64_t samples) const = 0;
    /// Whether members keep models of their own and their predictions are averaged (an ensemble), not their parameters.
    [[nodiscard]] virtual bool votes() const { return false; }
};

/// The kinds of aggregators; the first is the default.
[[nodiscard]] std::span<const sim::Kind<Aggregator>> aggregator_kinds();

}  // namespace mlaasim::fl
