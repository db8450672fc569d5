// From changes of the QoS to shares of it (adaptive composition, eq. 4).
#pragma once

#include <vector>

#include "composition/assessment/qos/qos.hpp"

namespace mlaasim::composition {

/// D_i = Q(M_c) - Q(M_c \ i), each with `more` added, and their sums.
struct Changes {
    std::vector<double> each;
    double sum = 0;
    double absolute_sum = 0;
};

[[nodiscard]] Changes changes_of(const QosScores& scores, double more = 0);

/// total x change / divisor of each member; total / n when the divisor is nothing but rounding of what was summed.
[[nodiscard]] std::vector<double> shares_of(Changes changes, double divisor, double total, const QosScores& scores);

}  // namespace mlaasim::composition
