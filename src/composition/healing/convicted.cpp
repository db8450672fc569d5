#include "composition/healing/convicted.hpp"

#include <algorithm>

#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

/// Assessments of harm say what the composition gains by a member; harm is the opposite.
double harm_of(const MemberAssessment& member) { return -member.qos_contribution; }

}  // namespace

bool Convicted::has(sim::ServiceId service) const { return std::ranges::find(services, service) != services.end(); }

double Convicted::harm(sim::ServiceId service) const {
    const auto place = std::ranges::find(services, service);
    sim::expects(place != services.end(), "the service is convicted");
    return harms[static_cast<std::size_t>(place - services.begin())];
}

Convicted convicted_of(const Assessment& assessment) {
    Convicted convicted{.services = assessment.underperforming, .assessed = assessment.members.size()};
    for (const sim::ServiceId service : convicted.services) {
        const auto member = std::ranges::find(assessment.members, service, &MemberAssessment::service);
        sim::expects(member != assessment.members.end(), "who is convicted was assessed");
        convicted.harms.push_back(harm_of(*member));
    }
    return convicted;
}

}  // namespace mlaasim::composition
