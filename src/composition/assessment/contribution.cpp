#include <utility>

#include "composition/assessment/contribution_score.hpp"
#include "composition/round_log.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

/// Measures every member's part in QoS and in the update (adaptive composition, Alg. 1).
class ContributionAssessor final : public Assessor {
public:
    explicit ContributionAssessor(ContributionOptions options) : options_{std::move(options)} {}

    Assessment assess(const Membership& membership, const Marketplace& market, Laboratory& laboratory,
                      RoundLog& log) override {
        const std::vector<sim::ServiceId>& trained = membership.trained;
        ContributionInput input{.members = {trained.begin(), trained.end()}};
        for (const sim::ServiceId member : trained) {
            input.qos.push_back({.effectiveness = market.effectiveness(member),
                                 .quality = market.quality(member),
                                 .response_ms = market.response_ms(member),
                                 .reliability = market.reliability(member)});
        }
        input.distances = laboratory.update_distances(trained);
        if (options_.qos->uses_accuracy()) {
            LeaveOneOut accuracies = laboratory.leave_one_out(trained);
            input.accuracy = accuracies.whole;
            input.accuracy_without = std::move(accuracies.without);
        }
        Assessment assessment = contribution_scores(input, options_);
        log.assessed(assessment);
        return assessment;
    }
    void archive(Archive& /*archive*/) override {}

private:
    ContributionOptions options_;
};

struct Contribution final : AssessmentOptions {
    void check() const override {
        sim::below("qos", [&] { options.qos->check(); });
    }
    [[nodiscard]] std::unique_ptr<Assessor> make() const override {
        return std::make_unique<ContributionAssessor>(options);
    }
    [[nodiscard]] bool leaves_one_out() const override { return options.qos->uses_accuracy(); }
    [[nodiscard]] sim::Needs needs() const override {
        return leaves_one_out() ? sim::Needs{sim::Need::labels} : sim::Needs{};
    }
    [[nodiscard]] const UpdateDistance* update_distance() const override { return &*options.functional.distance; }

    ContributionOptions options;
};

void declare(sim::OptionVisitor& visitor, Contribution& leaf) { declare(visitor, leaf.options); }

}  // namespace

sim::Kind<AssessmentOptions> contribution_assessment() {
    return sim::Kind<AssessmentOptions>::of<Contribution>(
        "contribution", "the contribution score: a member's part in QoS, and how close its update is to the others'");
}

}  // namespace mlaasim::composition
