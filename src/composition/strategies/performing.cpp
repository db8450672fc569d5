#include "composition/strategies/performing.hpp"

#include <algorithm>
#include <iterator>

#include "composition/composed_attributes.hpp"

namespace mlaasim::composition {

std::vector<sim::ServiceId> performing_members(const Situation& situation, RoundLog& log) {
    const std::vector<sim::ServiceId>& underperforming = situation.assessment.underperforming;
    if (underperforming.empty()) {
        return {};
    }
    std::vector<sim::ServiceId> performing;
    std::copy_if(situation.membership.trained.begin(), situation.membership.trained.end(),
                 std::back_inserter(performing), [&](sim::ServiceId id) {
                     return std::find(underperforming.begin(), underperforming.end(), id) == underperforming.end();
                 });
    if (performing.empty()) {
        log.all_underperform(underperforming.size());
    }
    return performing;
}

PerformingProfile::PerformingProfile(const Marketplace& market, std::span<const sim::ServiceId> performing)
    : histogram_{composed_histogram(market, performing)},
      history_{composed_quality_history(market, performing)},
      response_ms_{slowest_response_ms(market, performing)},
      quality_{mean_quality(market, performing)} {}

PerformingComposition PerformingProfile::with(const ComposedModel& composed) const {
    return {.parameters = composed.parameters,
            .layout = composed.layout,
            .class_histogram = histogram_,
            .response_ms = response_ms_,
            .quality = quality_,
            .quality_history = history_};
}

}  // namespace mlaasim::composition
