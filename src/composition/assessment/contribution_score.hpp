// The contribution score of each member of a composition (adaptive composition, eq. 1, Alg. 1): the computation alone.
#pragma once

#include <cstdint>
#include <vector>

#include "composition/assessment/assessment.hpp"
#include "composition/assessment/functional.hpp"
#include "composition/assessment/qos/qos.hpp"
#include "composition/assessment/threshold/threshold.hpp"
#include "sim/core/ids.hpp"

namespace mlaasim::composition {

struct ContributionOptions {
    sim::Chosen<QosForm> qos{qos_kinds()};
    FunctionalOptions functional{};
    double qos_weight = 0.5;         ///< alpha
    double functional_weight = 0.5;  ///< beta
    sim::Chosen<Threshold> threshold{threshold_kinds()};
    std::int64_t max_flagged = 0;  ///< 0: no limit
};

void declare(sim::OptionVisitor& visitor, ContributionOptions& options);

/// What the score is made of; all lists are parallel to `members`, of whom there is at least one.
struct ContributionInput {
    std::vector<sim::ServiceId> members{};
    std::vector<MemberQos> qos{};
    double accuracy = 0;                     ///< of the composed model
    std::vector<double> accuracy_without{};  ///< of the composition without each member; see QosForm
    std::vector<double> distances{};         ///< update_distances() of the members
};

/// SCS = alpha qos_contribution + beta functional_contribution of every member, and who is below the threshold.
/// Bit-identical whatever the order of the members: everything is summed in the order of their ids.
[[nodiscard]] Assessment contribution_scores(const ContributionInput& input, const ContributionOptions& options);

}  // namespace mlaasim::composition
