#include "composition/assessment/qos/changes.hpp"
#include "composition/assessment/qos/reliability/reliability_score.hpp"
#include "composition/assessment/qos/time/time_score.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

/// Which E_f a composition has. With the members' own nothing needs to be evaluated; there is no third source.
enum class EffectivenessSource {
    composed_model,  ///< the composed model's accuracy, with and without each member (default)
    members,         ///< mean of the members' own E_f
};

std::vector<sim::Choice> choices_of(EffectivenessSource) {
    return {{"composed_model", static_cast<int>(EffectivenessSource::composed_model),
             "accuracy of the composed model, with and without each member"},
            {"members", static_cast<int>(EffectivenessSource::members),
             "mean of the members' own effectiveness; needs no evaluation without them"}};
}

/// The weighted mean of attributes that the composition has as a whole. Contributions are shares of the absolute
/// changes, whose absolute values sum to 1.
struct CompositionQos final : QosForm {
    EffectivenessSource effectiveness = EffectivenessSource::composed_model;
    sim::Chosen<TimeScore> time{time_score_kinds()};
    sim::Chosen<ReliabilityScore> reliability{reliability_score_kinds()};
    double effectiveness_weight = 1;
    double quality_weight = 1;
    double time_weight = 1;
    double reliability_weight = 1;
    /// Contribution that all members together are given in advance; changes well below noise_floor / n leave all shares
    /// near 1/n.
    double noise_floor = 0.01;

    void check() const override {
        if (effectiveness_weight + quality_weight + time_weight + reliability_weight <= 0) {
            throw sim::InputError(
                {.what = "effectiveness_weight, quality_weight, time_weight and reliability_weight are all 0",
                 .expected = "at least one weight > 0",
                 .path = "effectiveness_weight"});
        }
    }

    [[nodiscard]] bool uses_accuracy() const override { return effectiveness == EffectivenessSource::composed_model; }
    [[nodiscard]] QosScores scores(std::span<const MemberQos> members, double accuracy,
                                   std::span<const double> accuracy_without) const override {
        const bool evaluated = uses_accuracy();
        sim::expects(!evaluated || accuracy_without.size() == members.size(), "one accuracy without each member");
        check();
        const LeftOut sums = leave_each_out(members);
        QosScores scores{.whole = score(sums.whole, accuracy, sums.whole), .without = {}};
        for (std::size_t i = 0; i < members.size(); ++i) {
            scores.without.push_back(score(sums.without[i], evaluated ? accuracy_without[i] : 0.0, sums.whole));
        }
        return scores;
    }

    [[nodiscard]] std::vector<double> contributions(const QosScores& scores) const override {
        Changes changes = changes_of(scores, noise_floor / static_cast<double>(scores.without.size()));
        const double divisor = changes.absolute_sum;
        return shares_of(std::move(changes), divisor, 1, scores);
    }

private:
    [[nodiscard]] double score(const MemberSums& s, double accuracy, const MemberSums& whole) const {
        if (s.count == 0) {
            return 0;
        }
        const double accurate =
            effectiveness == EffectivenessSource::composed_model ? accuracy : s.effectiveness / s.count;
        const double reliable = reliability->score(s);
        const double weights = effectiveness_weight + quality_weight + time_weight + reliability_weight;
        return (effectiveness_weight * accurate + quality_weight * s.quality / s.count +
                time_weight * time->score(s, whole) + reliability_weight * reliable) /
               weights;
    }
};

void declare(sim::OptionVisitor& visitor, CompositionQos& leaf) {
    visitor.choice("effectiveness", leaf.effectiveness, {.doc = "Effectiveness of a composition"});
    visitor.kind_beside("time", leaf.time, time_score_kinds(), {.doc = "Score of the slowest member's response time"});
    visitor.kind_beside("reliability", leaf.reliability, reliability_score_kinds(),
                        {.doc = "Reliability of a composition"});
    visitor.option("effectiveness_weight", leaf.effectiveness_weight,
                   {.doc = "Weight of effectiveness in Q(M)", .range = sim::at_least(0)});
    visitor.option("quality_weight", leaf.quality_weight,
                   {.doc = "Weight of quality in Q(M)", .range = sim::at_least(0)});
    visitor.option("time_weight", leaf.time_weight, {.doc = "Weight of time in Q(M)", .range = sim::at_least(0)});
    visitor.option("reliability_weight", leaf.reliability_weight,
                   {.doc = "Weight of reliability in Q(M)", .range = sim::at_least(0)});
    visitor.option(
        "noise_floor", leaf.noise_floor,
        {.doc = "Small contribution that all members together are given in advance, so that chance does not decide: "
                "noise_floor / n is added to each change. Changes far below that leave every share near 1/n",
         .range = sim::at_least(0)});
}

}  // namespace

sim::Kind<QosForm> composition_qos() {
    return sim::Kind<QosForm>::of<CompositionQos>(
        "composition", "attributes of the composition as a whole; shares of the absolute changes");
}

}  // namespace mlaasim::composition
