// The part of a composition that does not underperform: what adapted services and substitutes are compared with.
#pragma once

#include <span>
#include <vector>

#include "composition/strategy.hpp"

namespace mlaasim::composition {

/// The trained members that do not underperform. Empty when there is nothing to do: when nobody underperforms, or when
/// all do and nothing is left to compare with, which is logged.
[[nodiscard]] std::vector<sim::ServiceId> performing_members(const Situation& situation, RoundLog& log);

/// What the rules see of these members.
class PerformingProfile {
public:
    PerformingProfile(const Marketplace& market, std::span<const sim::ServiceId> performing);

    /// With the model that they make. Valid as long as this object and the model are.
    [[nodiscard]] PerformingComposition with(const ComposedModel& composed) const;

private:
    std::vector<double> histogram_;
    std::vector<double> history_;
    double response_ms_;
    double quality_;
};

}  // namespace mlaasim::composition
