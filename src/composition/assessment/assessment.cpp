#include "composition/assessment/assessment.hpp"

#include <algorithm>

#include "sim/core/limits.hpp"

namespace mlaasim::composition {

void flag_below_threshold(Assessment& assessment, std::int64_t max_flagged) {
    std::vector<MemberAssessment*> worst;
    for (MemberAssessment& member : assessment.members) {
        if (member.score < assessment.threshold) {
            worst.push_back(&member);
        }
    }
    std::sort(worst.begin(), worst.end(), [](const auto* a, const auto* b) {
        return a->score != b->score ? a->score < b->score : a->service < b->service;
    });
    if (max_flagged > 0 && worst.size() > static_cast<std::size_t>(max_flagged)) {
        worst.resize(static_cast<std::size_t>(max_flagged));
    }
    for (MemberAssessment* member : worst) {
        member->underperforming = true;
        assessment.underperforming.push_back(member->service);
    }
}

void declare_max_flagged(sim::OptionVisitor& visitor, std::int64_t& max_flagged) {
    visitor.option("max_flagged", max_flagged,
                   {.doc = "Most services flagged a round, the worst first; 0: no limit",
                    .range = sim::between(0, sim::most_services)});
}

}  // namespace mlaasim::composition
