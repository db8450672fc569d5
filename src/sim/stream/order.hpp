// Which of its samples a client streams when: any, or those of some classes first and of others later.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::sim {

/// The order of clients' samples over the rounds: the options of a kind of order, and what follows from them.
struct StreamOrder {
    virtual ~StreamOrder() = default;

    /// Whether `class_mix` says how often each class comes; else every sample is as likely as another.
    [[nodiscard]] virtual bool has_class_mix() const { return false; }
    /// How often each class comes in what a client streams in a round: shares that sum to 1. Empty without a class mix.
    [[nodiscard]] virtual std::vector<double> class_mix(std::uint32_t classes, ClientId client, Round round,
                                                        Seed seed) const = 0;
};

/// The kinds of orders; the first is the default.
[[nodiscard]] std::span<const Kind<StreamOrder>> stream_order_kinds();

}  // namespace mlaasim::sim
