#include "composition/assessment/contribution_score.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

namespace {

/// `values` taken in the given order; empty stays empty.
template <class T>
std::vector<T> ordered(const std::vector<T>& values, const std::vector<std::size_t>& order) {
    std::vector<T> result;
    result.reserve(values.size());
    for (std::size_t k = 0; k < values.size(); ++k) {
        result.push_back(values[order[k]]);
    }
    return result;
}

std::vector<std::size_t> order_by_id(const std::vector<sim::ServiceId>& members) {
    std::vector<std::size_t> order(members.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return members[a] < members[b]; });
    sim::expects(std::adjacent_find(order.begin(), order.end(),
                                    [&](auto a, auto b) { return members[a] == members[b]; }) == order.end(),
                 "each member once");
    return order;
}

bool all_finite(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

}  // namespace

void declare(sim::OptionVisitor& visitor, ContributionOptions& options) {
    visitor.section("qos", {.doc = "QoS of the composition and contributions to it"},
                    [&] { visitor.kind_beside("form", options.qos, qos_kinds(), {.doc = "Which form of eq. 3-4"}); });
    visitor.section("functional", options.functional, {.doc = "Contributions by closeness of the updates"});
    visitor.option("qos_weight", options.qos_weight,
                   {.doc = "Alpha: weight of the QoS contribution in the score", .range = sim::at_least(0)});
    visitor.option("functional_weight", options.functional_weight,
                   {.doc = "Beta: weight of the functional contribution in the score", .range = sim::at_least(0)});
    visitor.kind_beside("threshold", options.threshold, threshold_kinds(),
                        {.doc = "Below which score a service underperforms"});
    declare_max_flagged(visitor, options.max_flagged);
}

Assessment contribution_scores(const ContributionInput& input, const ContributionOptions& options) {
    const std::size_t n = input.members.size();
    sim::expects(n > 0, "something is assessed");
    sim::expects(input.qos.size() == n && input.distances.size() == n, "one row of each kind per member");
    sim::expects(input.accuracy_without.empty() || input.accuracy_without.size() == n,
                 "one accuracy without each member");
    sim::expects(std::isfinite(input.accuracy) && all_finite(input.accuracy_without), "accuracies are finite");
    const auto order = order_by_id(input.members);

    const auto distances = ordered(input.distances, order);
    const auto scores =
        options.qos->scores(ordered(input.qos, order), input.accuracy, ordered(input.accuracy_without, order));
    const auto qos = options.qos->contributions(scores);
    const auto functional = options.functional.form->of(distances);

    Assessment assessment{.qos = scores.whole,
                          .threshold = options.threshold->of(n),
                          .members = std::vector<MemberAssessment>(n),
                          .underperforming = {}};
    for (std::size_t k = 0; k < n; ++k) {
        assessment.members[order[k]] = {
            .service = input.members[order[k]],
            .qos_without = scores.without[k],
            .qos_contribution = qos[k],
            .distance = distances[k],
            .functional_contribution = functional[k],
            .score = options.qos_weight * qos[k] + options.functional_weight * functional[k]};
    }
    flag_below_threshold(assessment, options.max_flagged);
    return assessment;
}

}  // namespace mlaasim::composition
