// The trace's table `assessment`.
#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct AssessmentRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(std::uint32_t, service, "", "id of the assessed member")
    MLAASIM_COLUMN(double, qos_without, "1",
                   "QoS of the composition without this member, Q(M_c \\ i); of leave_one_out: its accuracy")
    MLAASIM_COLUMN(double, qos_contribution, "1",
                   "QoS contribution (adaptive composition, eq. 4), in the scale of the chosen form; of leave_one_out: "
                   "the accuracy "
                   "that is lost without the member")
    MLAASIM_COLUMN(double, distance, "1", "distance between the member's update and the composition's, d of eq. 5")
    MLAASIM_COLUMN(double, functional_contribution, "1", "functional contribution f (eq. 6)")
    MLAASIM_COLUMN(double, score, "1",
                   "service contribution score, alpha * qos_contribution + beta * functional_contribution (eq. 1); of "
                   "leave_one_out: qos_contribution")
    MLAASIM_COLUMN(double, threshold, "1", "the score below which a member underperforms")
    MLAASIM_COLUMN(std::uint32_t, underperforming, "0/1", "1 when the assessment reports this member")
    MLAASIM_TABLE(AssessmentRecord, "assessment",
                  "One row per assessed member: its contribution (adaptive composition, eq. 1-6, Alg. 1). What the "
                  "chosen kind of "
                  "assessment does not measure is NaN.")
};

}  // namespace mlaasim::sim
