// How an adapted service enters the composition: kinds of integration.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sim/core/parameter_layout.hpp"
#include "sim/options/need.hpp"
#include "sim/options/options.hpp"
#include "tta/techniques/technique.hpp"

namespace mlaasim::tta {

/// What one technique made of a service.
struct AdaptedService {
    Changes changes = Changes::parameters;
    std::span<const float> parameters{};
    double score = 0.0;  ///< of its composability
};

/// Models that an adapted service meets; all flat arrays follow one layout.
struct IntegrationInput {
    const sim::ParameterLayout& layout;
    std::span<const float> source;            ///< the service before it was adapted
    std::span<const float> composition;       ///< the performing composition
    std::span<const AdaptedService> adapted;  ///< by technique; at least one
    /// The service's share of the composed average, times the number of services that are tried in this round: those
    /// that turn out not to be composable count, too.
    double share = 1.0;
};

struct Integrated {
    std::size_t technique = 0;  ///< position of the one that was chosen
    std::vector<float> row{};   ///< what the service is in the composition from now on
    bool arrived = false;       ///< the service stays as it is, because its adapted form is near
};

/// The options of a kind of integration, and the choice and the row that follow from them.
struct Integration {
    virtual ~Integration() = default;
    [[nodiscard]] virtual Integrated integrate(const IntegrationInput& input) const = 0;
    [[nodiscard]] virtual sim::Needs needs() const { return {}; }
};

/// The position of the highest score; of equal ones the first.
[[nodiscard]] std::size_t best_score(std::span<const AdaptedService> adapted);

/// The kinds of integration; the first is the default.
[[nodiscard]] std::span<const sim::Kind<Integration>> integration_kinds();

}  // namespace mlaasim::tta
