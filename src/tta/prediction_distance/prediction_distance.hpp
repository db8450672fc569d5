// How far two predictions of one sample lie apart: kinds of distances, for PDAM.
#pragma once

#include <span>

#include "sim/options/options.hpp"

namespace mlaasim::tta {

struct PredictionDistance {
    virtual ~PredictionDistance() = default;

    /// Of two distributions over the same classes.
    [[nodiscard]] virtual double between(std::span<const float> p, std::span<const float> q) const = 0;
};

/// The kinds of distances; the first is the default.
[[nodiscard]] std::span<const sim::Kind<PredictionDistance>> prediction_distance_kinds();

}  // namespace mlaasim::tta
