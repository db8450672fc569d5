// How the response times of members become a score in [0, 1].
#pragma once

#include "composition/assessment/qos/member_sums.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// The options of a kind of time score, and the score that follows from them.
struct TimeScore {
    virtual ~TimeScore() = default;
    /// Of `members`, not empty, on the scale of the `whole` composition: its fastest and slowest member.
    [[nodiscard]] virtual double score(const MemberSums& members, const MemberSums& whole) const = 0;
};

/// The kinds of time scores; the first is the default.
[[nodiscard]] std::span<const sim::Kind<TimeScore>> time_score_kinds();

}  // namespace mlaasim::composition
