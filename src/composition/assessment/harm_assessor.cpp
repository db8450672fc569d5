#include "composition/assessment/harm_assessor.hpp"

#include <numeric>

#include "composition/one_class.hpp"
#include "composition/round_log.hpp"

namespace mlaasim::composition {

Assessment HarmAssessor::assess(const Membership& membership, const Marketplace& /*market*/, Laboratory& laboratory,
                                RoundLog& log) {
    if (labels_of_one_class(laboratory, log)) {
        return {};
    }
    const std::vector<sim::ServiceId>& trained = membership.trained;
    const Evidence found = gather(trained, laboratory);
    detector_.keep_only(membership.members);
    const std::vector<double> against = detector_.observe(trained, found.harms);
    Assessment assessment{
        .qos = 1.0 - found.loss / 2.0, .tolerance = tolerance_, .threshold = -detector_.threshold(trained.size())};
    for (std::size_t i = 0; i < trained.size(); ++i) {
        const std::vector<double>& harms = found.harms[i];
        const double mean =
            harms.empty() ? 0.0 : std::accumulate(harms.begin(), harms.end(), 0.0) / static_cast<double>(harms.size());
        assessment.members.push_back({.service = trained[i],
                                      .qos_without = assessment.qos + mean,
                                      .qos_contribution = -mean,
                                      .score = -against[i]});
    }
    flag_below_threshold(assessment, max_flagged_);
    log.assessed(assessment);
    return assessment;
}

void declare(sim::OptionVisitor& visitor, HarmAssessment& options) {
    visitor.option("tolerance", options.test.tolerance,
                   {.doc = "Delta: a member harms when the mean Brier loss, halved, is lower without it by more "
                           "than this",
                    .range = {.low = 0, .high = 0.5, .low_open = true}});
    visitor.option("false_alarm_rounds", options.test.false_alarm_rounds,
                   {.doc = "A: rounds until the first false flag of any member, on average at least",
                    .unit = "rounds",
                    .range = sim::between(1, 1e9)});
    declare_max_flagged(visitor, options.max_flagged);
}

}  // namespace mlaasim::composition
