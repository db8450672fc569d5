// What a round's policy did, as rows of the trace. Policy reports facts here and builds no rows itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "composition/assessment/assessment.hpp"
#include "composition/bandit/policy.hpp"
#include "composition/confidence.hpp"
#include "composition/healing/paired_gain.hpp"
#include "composition/laboratory.hpp"
#include "composition/marketplace.hpp"
#include "composition/rules.hpp"
#include "sim/core/ids.hpp"
#include "sim/trace/records.hpp"

namespace mlaasim::composition {

/// The outcome of an action that was made.
inline constexpr std::string_view committed_outcome = "done: its gain is proven";
inline constexpr std::string_view came_back_outcome = "done: it left, and does not harm any more";
inline constexpr std::string_view recomposed_outcome = "done: the composition was chosen anew";

/// What a trigger found in a round.
struct Watching {
    std::string_view trigger;
    std::size_t samples = 0;
    double mean = 0;
    std::int64_t window = 0;
    double window_mean = 0;
    bool rose = false;
    bool fell = false;
    std::size_t unmet = 0;
    bool open = false;
};

/// Rows in the order in which the facts were reported, per table.
class RoundLog {
public:
    explicit RoundLog(sim::Round round) : round_{round.value()} {}

    void assessed(const Assessment& assessment);
    /// All labelled samples have this class, so they were no evidence. One row, however often it is reported.
    void one_class(std::uint32_t label);
    void all_underperform(std::size_t members);
    void adapted(const TestTimeAdaptation& adaptation);
    /// `reason`: why the service is no candidate; empty when it is one.
    void filtered(const Marketplace& market, sim::ServiceId service, std::string_view reason);
    void judged(sim::ServiceId service, const RuleOutcomes& rules, const Confidence& confidence);
    /// A candidate that selection number `selection` of the round has chosen. Returns the place of its row, for
    /// rewarded().
    std::size_t chosen(std::uint32_t selection, sim::ServiceId arm, const ArmScore& score, double reward);
    void not_chosen(std::uint32_t selection, sim::ServiceId arm, const ArmScore& score);
    /// The reward of a chosen candidate became known, or another than at first.
    void rewarded(std::size_t place, sim::ServiceId arm, double reward);
    void watched(const Watching& watching);
    /// The candidate would break a requirement in the place of the service.
    void refused(sim::ServiceId outgoing, sim::ServiceId incoming);
    void substituted(sim::ServiceId outgoing, sim::ServiceId incoming, double confidence);
    /// A change that evidence called for, made: a removal, an integration or a substitution. `gain`: what it is worth.
    void changed(const Change& change, double gain);
    /// The same for a newcomer that was convicted; whoever joins for it may be nobody.
    void rolled_back(const Change& change, double gain);
    /// A convicted member left without a comparison of what it gains. `mean_harm`: by the round's samples.
    void convicted(sim::ServiceId service, double mean_harm);
    /// Harm is proven, and nothing can be done about it. `relaxation`: the nearest option that would help.
    void collapsed(std::size_t harmful, std::string_view relaxation);
    /// The strategy was told the truth about every service.
    void knew_truth();
    /// The composition that was chosen anew would break a requirement. `gain`: what it would be worth.
    void recomposition_refused(double gain);
    /// A change that was judged in a step, among `actions` of them. `outcome`: one of those above, or why it was not
    /// made.
    void considered(std::uint32_t step, std::size_t actions, const Change& change, const PairedGain& gain,
                    std::string_view outcome);

    [[nodiscard]] const std::vector<sim::AssessmentRecord>& assessment() const { return assessment_; }
    [[nodiscard]] const std::vector<sim::CandidateRecord>& candidates() const { return candidates_; }
    [[nodiscard]] const std::vector<sim::RuleRecord>& rules() const { return rules_; }
    [[nodiscard]] const std::vector<sim::BanditRecord>& bandit() const { return bandit_; }
    [[nodiscard]] const std::vector<sim::TtaRecord>& tta() const { return tta_; }
    [[nodiscard]] const std::vector<sim::ActionRecord>& actions() const { return actions_; }
    [[nodiscard]] const std::vector<sim::MonitoringRecord>& monitoring() const { return monitoring_; }
    [[nodiscard]] const std::vector<sim::EventRecord>& events() const { return events_; }

    /// Every row, table by table.
    template <class Take>
    void each(Take take) const {
        const auto all = [&](const auto& rows) {
            for (const auto& row : rows) {
                take(row);
            }
        };
        all(assessment_), all(candidates_), all(rules_), all(bandit_), all(tta_), all(monitoring_), all(actions_);
        all(events_);
    }

private:
    std::uint32_t round_;
    std::vector<sim::AssessmentRecord> assessment_;
    std::vector<sim::CandidateRecord> candidates_;
    std::vector<sim::RuleRecord> rules_;
    std::vector<sim::BanditRecord> bandit_;
    std::vector<sim::TtaRecord> tta_;
    std::vector<sim::ActionRecord> actions_;
    std::vector<sim::MonitoringRecord> monitoring_;
    std::vector<sim::EventRecord> events_;
};

}  // namespace mlaasim::composition
