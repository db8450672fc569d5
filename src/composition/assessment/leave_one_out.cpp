#include <cstdint>
#include <utility>

#include "composition/assessment/assessment.hpp"
#include "composition/one_class.hpp"
#include "composition/round_log.hpp"

namespace mlaasim::composition {
namespace {

/// A member's score is how much accuracy the composition would lose without it.
struct LeavingOneOut final : AssessmentOptions {
    [[nodiscard]] std::unique_ptr<Assessor> make() const override;
    [[nodiscard]] bool leaves_one_out() const override { return true; }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::labels}; }

    double margin = 0.005;
    std::int64_t max_flagged = 0;
};

class AccuracyAssessor final : public Assessor {
public:
    explicit AccuracyAssessor(LeavingOneOut options) : options_{std::move(options)} {}

    Assessment assess(const Membership& membership, const Marketplace& /*market*/, Laboratory& laboratory,
                      RoundLog& log) override {
        if (labels_of_one_class(laboratory, log)) {
            return {};
        }
        const std::vector<sim::ServiceId>& trained = membership.trained;
        const LeaveOneOut accuracies = laboratory.leave_one_out(trained);
        Assessment assessment{.qos = accuracies.whole, .threshold = -options_.margin};
        for (std::size_t i = 0; i < trained.size(); ++i) {
            const double lost = accuracies.whole - accuracies.without[i];
            assessment.members.push_back(
                {.service = trained[i], .qos_without = accuracies.without[i], .qos_contribution = lost, .score = lost});
        }
        flag_below_threshold(assessment, options_.max_flagged);
        log.assessed(assessment);
        return assessment;
    }
    void archive(Archive& /*archive*/) override {}

private:
    LeavingOneOut options_;
};

std::unique_ptr<Assessor> LeavingOneOut::make() const { return std::make_unique<AccuracyAssessor>(*this); }

void declare(sim::OptionVisitor& visitor, LeavingOneOut& leaf) {
    visitor.option("margin", leaf.margin,
                   {.doc = "A member underperforms when the composition's accuracy is higher without it by more than "
                           "this",
                    .range = sim::between(0, 1)});
    declare_max_flagged(visitor, leaf.max_flagged);
}

}  // namespace

sim::Kind<AssessmentOptions> leave_one_out_assessment() {
    return sim::Kind<AssessmentOptions>::of<LeavingOneOut>(
        "leave_one_out", "accuracy alone: a member underperforms when the composition is better without it");
}

}  // namespace mlaasim::composition
