#include "composition/assessment/qos/changes.hpp"

namespace mlaasim::composition {
namespace {

double mean_of_all(const MemberSums& s) {
    return s.count == 0 ? 0 : (s.effectiveness + s.quality + s.response_ms + s.reliability) / (4 * s.count);
}

/// Eq. 3-4 as printed: Q is the mean of all four attributes over the members, which adds milliseconds to shares; a
/// contribution is the percentage of the signed sum, so that contributions sum to 100.
struct LiteralQos final : QosForm {
    [[nodiscard]] QosScores scores(std::span<const MemberQos> members, double /*accuracy*/,
                                   std::span<const double> /*accuracy_without*/) const override {
        const LeftOut sums = leave_each_out(members);
        QosScores scores{.whole = mean_of_all(sums.whole), .without = {}};
        for (const MemberSums& without : sums.without) {
            scores.without.push_back(mean_of_all(without));
        }
        return scores;
    }

    [[nodiscard]] std::vector<double> contributions(const QosScores& scores) const override {
        Changes changes = changes_of(scores);
        const double divisor = changes.sum;
        return shares_of(std::move(changes), divisor, 100, scores);
    }
};

void declare(sim::OptionVisitor& /*visitor*/, LiteralQos& /*leaf*/) {}

}  // namespace

sim::Kind<QosForm> literal_qos() {
    return sim::Kind<QosForm>::of<LiteralQos>(
        "literal", "eq. 3-4 as printed: raw means over the members, percent of the signed sum (0/0 gives 100/n)");
}

}  // namespace mlaasim::composition
