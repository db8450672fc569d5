#include "composition/assessment/qos.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

namespace {

/// Sums of changes below this part of what was summed are rounding: eq. 4's 0/0.
constexpr double nothing = 1e-12;

/// What eq. 3 needs of a set of members; sums of disjoint sets can be joined.
struct Sums {
    double count = 0;
    double effectiveness = 0;
    double quality = 0;
    double response_ms = 0;
    double slowest_ms = 0;
    double reliability = 0;
    double log_reliability = 0;

    Sums() = default;
    explicit Sums(const MemberQos& member)
        : count{1},
          effectiveness{member.effectiveness},
          quality{member.quality},
          response_ms{member.response_ms},
          slowest_ms{member.response_ms},
          reliability{member.reliability},
          log_reliability{std::log(member.reliability)} {}

    friend Sums operator+(Sums a, const Sums& b) {
        a.count += b.count;
        a.effectiveness += b.effectiveness;
        a.quality += b.quality;
        a.response_ms += b.response_ms;
        a.slowest_ms = std::max(a.slowest_ms, b.slowest_ms);
        a.reliability += b.reliability;
        a.log_reliability += b.log_reliability;
        return a;
    }
};

/// Fastest and slowest member of the whole composition: the fixed scale of the time score.
struct TimeScale {
    double fastest_ms = 0;
    double slowest_ms = 0;
};

double time_score(double slowest_ms, TimeScale scale, TimeScore kind) {
    if (scale.slowest_ms == scale.fastest_ms) {
        return 1;
    }
    if (kind == TimeScore::ratio) {
        return scale.fastest_ms / slowest_ms;
    }
    return 1 - (slowest_ms - scale.fastest_ms) / (scale.slowest_ms - scale.fastest_ms);
}

double literal_score(const Sums& s) {
    return s.count == 0 ? 0 : (s.effectiveness + s.quality + s.response_ms + s.reliability) / (4 * s.count);
}

double composition_score(const Sums& s, double accuracy, TimeScale scale, const QosOptions& o) {
    if (s.count == 0) {
        return 0;
    }
    const double effectiveness =
        o.effectiveness == EffectivenessSource::composed_model ? accuracy : s.effectiveness / s.count;
    const double reliability =
        std::exp(o.reliability == ReliabilityScore::product ? s.log_reliability : s.log_reliability / s.count);
    const double weights = o.effectiveness_weight + o.quality_weight + o.time_weight + o.reliability_weight;
    return (o.effectiveness_weight * effectiveness + o.quality_weight * s.quality / s.count +
            o.time_weight * time_score(s.slowest_ms, scale, o.time) + o.reliability_weight * reliability) /
           weights;
}

}  // namespace

QosScores qos_scores(std::span<const MemberQos> members, double accuracy, std::span<const double> accuracy_without,
                     const QosOptions& options) {
    const bool literal = options.form == QosForm::literal;
    const bool evaluated = !literal && options.effectiveness == EffectivenessSource::composed_model;
    const std::size_t n = members.size();
    sim::expects(!evaluated || accuracy_without.size() == n, "one accuracy without each member");
    if (options.effectiveness_weight + options.quality_weight + options.time_weight + options.reliability_weight <= 0) {
        throw sim::InputError(
            sim::Problem{.what = "all four QoS weights are 0", .expected = "at least one weight > 0"});
    }

    TimeScale scale{.fastest_ms = std::numeric_limits<double>::infinity(), .slowest_ms = 0};
    std::vector<Sums> before(n + 1);  // before[i]: members 0 .. i-1
    std::vector<Sums> after(n + 1);   // after[i]: members i .. n-1
    for (std::size_t i = 0; i < n; ++i) {
        before[i + 1] = before[i] + Sums{members[i]};
        after[n - 1 - i] = Sums{members[n - 1 - i]} + after[n - i];
        scale.fastest_ms = std::min(scale.fastest_ms, members[i].response_ms);
        scale.slowest_ms = std::max(scale.slowest_ms, members[i].response_ms);
    }
    const auto score = [&](const Sums& s, double composed_accuracy) {
        return literal ? literal_score(s) : composition_score(s, composed_accuracy, scale, options);
    };
    QosScores scores{.whole = score(before[n], accuracy), .without = std::vector<double>(n)};
    for (std::size_t i = 0; i < n; ++i) {
        scores.without[i] = score(before[i] + after[i + 1], evaluated ? accuracy_without[i] : 0.0);
    }
    return scores;
}

std::vector<double> qos_contributions(const QosScores& scores, const QosOptions& options) {
    const std::size_t n = scores.without.size();
    const bool literal = options.form == QosForm::literal;
    std::vector<double> shares(n);
    double signed_sum = 0;
    double absolute_sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
        shares[i] = scores.whole - scores.without[i] + (literal ? 0 : options.noise_floor / static_cast<double>(n));
        signed_sum += shares[i];
        absolute_sum += std::abs(shares[i]);
    }
    const double whole = literal ? 100 : 1;
    const double divisor = literal ? signed_sum : absolute_sum;
    const double rounding = nothing * (absolute_sum + static_cast<double>(n) * std::abs(scores.whole));
    const bool undefined = std::abs(divisor) <= rounding;
    for (double& share : shares) {
        share = undefined ? whole / static_cast<double>(n) : whole * (share / divisor);
    }
    return shares;
}

}  // namespace mlaasim::composition
