// How the reliabilities of members become one in [0, 1].
#pragma once

#include "composition/assessment/qos/member_sums.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// The options of a kind of reliability, and the reliability that follows from them.
struct ReliabilityScore {
    virtual ~ReliabilityScore() = default;
    /// Of these members, not empty.
    [[nodiscard]] virtual double score(const MemberSums& members) const = 0;
};

/// The kinds of reliabilities; the first is the default.
[[nodiscard]] std::span<const sim::Kind<ReliabilityScore>> reliability_score_kinds();

}  // namespace mlaasim::composition
