// QoS of a composition and each member's share of it (adaptive composition, eq. 3-4).
#pragma once

#include <span>
#include <vector>

#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// The four attributes of one member that eq. 3 sums.
struct MemberQos {
    double effectiveness = 0;  ///< E_f in [0, 1]
    double quality = 0;        ///< Q in [0, 1]
    double response_ms = 0;    ///< t
    double reliability = 1;    ///< R in [0, 1]
};

enum class QosForm {
    composition,  ///< attributes of the composition as a whole, shares of the absolute changes (default)
    literal,      ///< eq. 3-4 as printed: raw members' means, percent of the signed sum
};

/// Which E_f a composition has.
enum class EffectivenessSource {
    composed_model,  ///< the composed model's accuracy, with and without each member (default)
    members,         ///< mean of the members' own E_f: needs no evaluation
};

/// How the time of the slowest member becomes a score in [0, 1].
enum class TimeScore {
    ratio,    ///< fastest member's time / slowest member's time (default)
    min_max,  ///< 1 - (slowest - t_min) / (t_max - t_min), extremes over the whole composition
};

enum class ReliabilityScore {
    geometric_mean,  ///< (prod R)^(1/n): compositions of n and n - 1 members are comparable (default)
    product,         ///< prod R: all members must deliver
};

struct QosOptions {
    QosForm form = QosForm::composition;
    EffectivenessSource effectiveness = EffectivenessSource::composed_model;
    TimeScore time = TimeScore::ratio;
    ReliabilityScore reliability = ReliabilityScore::geometric_mean;
    double effectiveness_weight = 1;
    double quality_weight = 1;
    double time_weight = 1;
    double reliability_weight = 1;
    /// Contribution that all members together are given in advance; changes well below noise_floor / n leave all shares
    /// near 1/n.
    double noise_floor = 0.01;
};

[[nodiscard]] std::vector<sim::Choice> choices_of(QosForm);
[[nodiscard]] std::vector<sim::Choice> choices_of(EffectivenessSource);
[[nodiscard]] std::vector<sim::Choice> choices_of(TimeScore);
[[nodiscard]] std::vector<sim::Choice> choices_of(ReliabilityScore);
void declare(sim::OptionVisitor& visitor, QosOptions& options);

/// Q(M_c) and Q(M_c \ i) of every member.
struct QosScores {
    double whole = 0;
    std::vector<double> without;
};

/// `accuracy` is the composed model's, `accuracy_without[i]` that of the composition without member i; both unused (and
/// `accuracy_without` may be empty) for the literal form and for EffectivenessSource::members. Q of nothing is 0.
[[nodiscard]] QosScores qos_scores(std::span<const MemberQos> members, double accuracy,
                                   std::span<const double> accuracy_without, const QosOptions& options);

/// Eq. 4 from Q(M_c) - Q(M_c \ i). Default: shares whose absolute values sum to 1; literal: percent, whose sum is 100.
[[nodiscard]] std::vector<double> qos_contributions(const QosScores& scores, const QosOptions& options);

}  // namespace mlaasim::composition
