#include "composition/strategies/performing.hpp"

#include <algorithm>
#include <iterator>

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

}  // namespace mlaasim::composition
