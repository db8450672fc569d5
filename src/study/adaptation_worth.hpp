// A run that responds to drift, beside the same run without adaptation: what the clients had, and what it cost.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "study/recorded_run.hpp"

namespace mlaasim::study {

/// One round of both runs. Round 0 has costs only.
struct WorthOfRound {
    std::uint32_t round = 0;
    /// Share of the clients' samples answered right as they came in: before the round's own response.
    double accuracy = 0.0;
    double accuracy_without = 0.0;
    std::uint32_t replaced = 0;
    std::uint32_t integrated = 0;  ///< services that came beside the members
    std::uint32_t removed = 0;     ///< members that left without a substitute
    std::uint32_t adapted = 0;     ///< at test time
    double extra_bytes = 0.0;      ///< modelled traffic beyond that of the run without adaptation

    /// Services that came or left.
    [[nodiscard]] std::uint32_t changes() const { return replaced + integrated + removed; }
};

/// Modelled costs of all trainings of a run, by the cost model of docs/qos.md. Assessment, test-time adaptation and
/// serving have no modelled cost.
struct TrainingCost {
    double bytes = 0.0;
    double energy_j = 0.0;
};

/// Two runs over the rounds that both have.
struct AdaptationWorth {
    std::vector<WorthOfRound> rounds;        ///< from 0 on; at least rounds 0 and 1
    std::uint32_t rounds_with = 0;           ///< rounds that the run with adaptation has
    std::uint32_t rounds_without = 0;        ///< rounds that the other has
    std::int64_t samples = 0;                ///< of the clients, in the last common round
    std::int64_t advertising_trainings = 0;  ///< in round 0, of the run with adaptation
    std::int64_t trials = 0;                 ///< trainings of candidates from round 1 on
    TrainingCost cost;
    TrainingCost cost_without;
    std::vector<std::string> notes;  ///< what may make the runs differ besides adaptation
};

/// A run with adaptation and the same run without.
struct AdaptationPair {
    const RecordedRun* with;
    const RecordedRun* without;
};

/// Tells which of two runs is which, in either order. None unless one of them has adaptation and the other has not, and
/// they differ in nothing else: they have the same data and, but for options of the response, the same scenario.
[[nodiscard]] std::optional<AdaptationPair> adaptation_pair(const RecordedRun& a, const RecordedRun& b);

/// Reads both traces. Throws InputError when one has no round, or when its rounds are not 1, 2, 3, ...
[[nodiscard]] AdaptationWorth worth_of_adaptation(const AdaptationPair& pair);

}  // namespace mlaasim::study
