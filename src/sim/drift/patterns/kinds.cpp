// The patterns of drift, each in the file of its name.
#include <array>

#include "sim/drift/pattern.hpp"

namespace mlaasim::sim {

Kind<DriftPattern> sudden_pattern();
Kind<DriftPattern> gradual_pattern();
Kind<DriftPattern> recurring_pattern();

std::span<const Kind<DriftPattern>> drift_patterns() {
    static const std::array patterns{
        sudden_pattern(),
        gradual_pattern(),
        recurring_pattern(),
    };
    return patterns;
}

}  // namespace mlaasim::sim
