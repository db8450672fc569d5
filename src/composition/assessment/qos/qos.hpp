// QoS of a composition and each member's share of it (adaptive composition, eq. 3-4).
#pragma once

#include <span>
#include <vector>

#include "composition/assessment/qos/member_sums.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// Q(M_c) and Q(M_c \ i) of every member.
struct QosScores {
    double whole = 0;
    std::vector<double> without;
};

/// The options of a form of eq. 3-4, and what follows from them.
struct QosForm {
    virtual ~QosForm() = default;

    /// Throws InputError, with the path of an option, when the options can't give a score.
    virtual void check() const {}
    /// Whether scores() uses the accuracies of the composed model.
    [[nodiscard]] virtual bool uses_accuracy() const { return false; }
    /// `accuracy` is the composed model's, `accuracy_without[i]` that of the composition without member i; a form that
    /// needs no evaluation uses neither, and `accuracy_without` may be empty. Q of nothing is 0. Throws as check()
    /// does.
    [[nodiscard]] virtual QosScores scores(std::span<const MemberQos> members, double accuracy,
                                           std::span<const double> accuracy_without) const = 0;
    /// Each member's share of the QoS, from Q(M_c) - Q(M_c \ i).
    [[nodiscard]] virtual std::vector<double> contributions(const QosScores& scores) const = 0;
};

/// The forms of eq. 3-4; the first is the default.
[[nodiscard]] std::span<const sim::Kind<QosForm>> qos_kinds();

}  // namespace mlaasim::composition
