// What the coordinator knew and decided in one round: whom it found weak, whom it considered, and what came of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "study/report/round_events.hpp"
#include "study/report/run_trace.hpp"

namespace mlaasim::study {

/// Rows of one round. They point into the trace they were taken from.
struct Decision {
    std::uint32_t round = 0;
    std::vector<const sim::AssessmentRecord*> assessed;
    std::vector<const sim::CandidateRecord*> candidates;
    std::vector<const sim::RuleRecord*> rules;
    std::vector<const sim::BanditRecord*> bandit;
    std::vector<const sim::TtaRecord*> adaptations;
    std::vector<const sim::ActionRecord*> actions;

    [[nodiscard]] bool empty() const {
        return assessed.empty() && candidates.empty() && rules.empty() && bandit.empty() && adaptations.empty() &&
               actions.empty();
    }
};

/// By round; rounds in which nothing was decided have no entry.
[[nodiscard]] std::map<std::uint32_t, Decision> decisions_of(const RunTrace& trace);

/// The `reason` of a refusal in words: "quality+volume" is "quality and volume not better than the mean of the weak
/// members".
[[nodiscard]] std::string refusal_text(std::string_view reason);
/// Candidates that the filter refused, by what spoke against them.
[[nodiscard]] std::map<std::string, std::vector<std::uint32_t>> refused_by_reason(const Decision& decision);

/// One of the five composition rules of a candidate.
struct RuleOutcome {
    const char* name;     ///< its column, "dum"
    const char* meaning;  ///< "data utility"
    double value;         ///< NaN when the rule does not apply
    bool holds;
};
[[nodiscard]] std::vector<RuleOutcome> outcomes_of(const sim::RuleRecord& rules);

/// What became of an arm that the bandit chose: "replaces 2", or that it was not composable or not needed.
[[nodiscard]] std::string fate_of(std::uint32_t candidate, const Decision& decision, const RoundEvents& events);

/// "replace 2 by 21", "take in 24", "let 7 go", "collapse"
[[nodiscard]] std::string change_text(const sim::ActionRecord& action);

/// What an assessment of this kind found: "score -0.0049 below the threshold 0.0125: QoS -0.048, update 0.039".
[[nodiscard]] std::string finding_text(const sim::AssessmentRecord& member, std::string_view kind);

}  // namespace mlaasim::study
