#include <cstdint>
#include <numeric>
#include <utility>

#include "composition/assessment/assessment.hpp"
#include "composition/assessment/harm_detector.hpp"
#include "composition/round_log.hpp"

namespace mlaasim::composition {
namespace {

struct Harm final : AssessmentOptions {
    [[nodiscard]] std::unique_ptr<Assessor> make() const override;
    [[nodiscard]] bool compares_losses() const override { return true; }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::labels}; }

    HarmOptions test{};
    std::int64_t max_flagged = 0;
};

/// A score is -ln(1 + R) of the HarmDetector: 0 without evidence, the smaller the more there is.
class HarmAssessor final : public Assessor {
public:
    explicit HarmAssessor(const Harm& options) : max_flagged_{options.max_flagged}, detector_{options.test} {}

    Assessment assess(const Membership& membership, const Marketplace& /*market*/, Laboratory& laboratory,
                      RoundLog& log) override {
        const std::vector<sim::ServiceId>& trained = membership.trained;
        const PairedLosses losses = laboratory.paired_losses(trained);
        detector_.keep_only(membership.members);
        const std::vector<double> evidence = detector_.observe(trained, losses.harms);
        Assessment assessment{.qos = 1.0 - losses.whole / 2.0, .threshold = -detector_.threshold(trained.size())};
        for (std::size_t i = 0; i < trained.size(); ++i) {
            const std::vector<double>& harms = losses.harms[i];
            const double mean =
                harms.empty() ? 0.0
                              : std::accumulate(harms.begin(), harms.end(), 0.0) / static_cast<double>(harms.size());
            assessment.members.push_back({.service = trained[i],
                                          .qos_without = assessment.qos + mean,
                                          .qos_contribution = -mean,
                                          .score = -evidence[i]});
        }
        flag_below_threshold(assessment, max_flagged_);
        log.assessed(assessment);
        return assessment;
    }
    void archive(Archive& archive) override { detector_.archive(archive); }

private:
    std::int64_t max_flagged_;
    HarmDetector detector_;
};

std::unique_ptr<Assessor> Harm::make() const { return std::make_unique<HarmAssessor>(*this); }

void declare(sim::OptionVisitor& visitor, Harm& leaf) {
    visitor.option("tolerance", leaf.test.tolerance,
                   {.doc = "Delta: a member harms when the composition's mean Brier loss, halved, would be lower "
                           "without it by more than this",
                    .range = {.low = 0, .high = 0.5, .low_open = true}});
    visitor.option("false_alarm_rounds", leaf.test.false_alarm_rounds,
                   {.doc = "A: rounds until the first false flag of any member, on average at least",
                    .unit = "rounds",
                    .range = sim::between(1, 1e9)});
    declare_max_flagged(visitor, leaf.max_flagged);
}

}  // namespace

sim::Kind<AssessmentOptions> harm_assessment() {
    return sim::Kind<AssessmentOptions>::of<Harm>(
        "harm", "a sequential test: a member underperforms when labelled samples prove that it harms");
}

}  // namespace mlaasim::composition
