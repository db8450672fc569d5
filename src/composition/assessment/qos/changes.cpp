#include "composition/assessment/qos/changes.hpp"

#include <cmath>
#include <utility>

namespace mlaasim::composition {

namespace {

/// Sums of changes below this part of what was summed are rounding: eq. 4's 0/0.
constexpr double nothing = 1e-12;

}  // namespace

Changes changes_of(const QosScores& scores, double more) {
    Changes changes;
    for (const double without : scores.without) {
        const double change = scores.whole - without + more;
        changes.each.push_back(change);
        changes.sum += change;
        changes.absolute_sum += std::abs(change);
    }
    return changes;
}

std::vector<double> shares_of(Changes changes, double divisor, double total, const QosScores& scores) {
    const auto n = static_cast<double>(changes.each.size());
    const double rounding = nothing * (changes.absolute_sum + n * std::abs(scores.whole));
    const bool undefined = std::abs(divisor) <= rounding;
    for (double& share : changes.each) {
        share = undefined ? total / n : total * (share / divisor);
    }
    return std::move(changes.each);
}

}  // namespace mlaasim::composition
