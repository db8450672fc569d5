// Which members of a composition underperform (adaptive composition, eq. 1, Alg. 1).
#pragma once

#include <cstdint>
#include <vector>

#include "composition/assessment/functional.hpp"
#include "composition/assessment/qos/qos.hpp"
#include "composition/assessment/threshold/threshold.hpp"
#include "sim/core/ids.hpp"

namespace mlaasim::composition {

struct AssessmentOptions {
    sim::Chosen<QosForm> qos{qos_kinds()};
    FunctionalOptions functional{};
    double qos_weight = 0.5;         ///< alpha
    double functional_weight = 0.5;  ///< beta
    sim::Chosen<Threshold> threshold{threshold_kinds()};
    std::int64_t max_flagged = 0;  ///< 0: no limit
};

void declare(sim::OptionVisitor& visitor, AssessmentOptions& options);

/// What an assessment looks at; all lists are parallel to `members`, of whom there is at least one.
struct AssessmentInput {
    std::vector<sim::ServiceId> members{};
    std::vector<MemberQos> qos{};
    double accuracy = 0;                     ///< of the composed model
    std::vector<double> accuracy_without{};  ///< of the composition without each member; see QosForm
    std::vector<double> distances{};         ///< update_distances() of the members
};

struct MemberAssessment {
    sim::ServiceId service;
    double qos_without = 0;
    double qos_contribution = 0;
    double distance = 0;
    double functional_contribution = 0;
    double score = 0;  ///< SCS = alpha qos_contribution + beta functional_contribution
    bool underperforming = false;
};

struct Assessment {
    double qos = 0;                               ///< Q(M_c)
    double threshold = 0;                         ///< a score below it underperforms
    std::vector<MemberAssessment> members;        ///< in the order of the input
    std::vector<sim::ServiceId> underperforming;  ///< worst first, ties by id
};

/// Bit-identical whatever the order of the members: everything is summed in the order of their ids.
[[nodiscard]] Assessment assess(const AssessmentInput& input, const AssessmentOptions& options);

}  // namespace mlaasim::composition
