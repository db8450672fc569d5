// How far two updates of a model lie apart.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "composition/lane_sums.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// What a distance adds up over the elements of two updates. A distance uses as many of the sums as it needs.
using DistanceSums = std::array<LaneSums, 3>;

/// The distance of the updates a = row - global and b = composed - global: the options of a kind of distance, and what
/// follows from them.
struct UpdateDistance {
    virtual ~UpdateDistance() = default;

    /// Adds elements of the models to the sums. The spans have one size.
    virtual void add(DistanceSums& sums, std::span<const float> row, std::span<const float> global,
                     std::span<const float> composed) const = 0;
    /// The distance, >= 0, from the sums over all elements. Not finite when an update is not.
    [[nodiscard]] virtual double distance(const DistanceSums& sums) const = 0;
};

/// The kinds of distances; the first is the default.
[[nodiscard]] std::span<const sim::Kind<UpdateDistance>> distance_kinds();

}  // namespace mlaasim::composition
