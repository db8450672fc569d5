// A run that responds to drift, beside the same run without adaptation: what the clients had, and what it cost.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mlaasim::app {

/// One round of both runs. Round 0 has costs only.
struct ComparedRound {
    std::uint32_t round = 0;
    /// Share of the clients' samples answered right as they came in: before the round's own response.
    double accuracy = 0.0;
    double accuracy_without = 0.0;
    std::uint32_t replaced = 0;
    std::uint32_t adapted = 0;
    std::int64_t extra_bytes = 0;  ///< modelled traffic beyond that of the run without adaptation
};

/// Modelled costs of all trainings of a run, by the cost model of docs/qos.md. Assessment and test-time adaptation have
/// no modelled cost.
struct TrainingCost {
    std::int64_t bytes = 0;
    double energy_j = 0.0;
};

/// Two runs over the rounds that both have.
struct Comparison {
    std::vector<ComparedRound> rounds;       ///< from 0 on; at least rounds 0 and 1
    std::uint32_t rounds_with = 0;           ///< rounds that the run with adaptation has
    std::uint32_t rounds_without = 0;        ///< rounds that the other has
    std::int64_t samples = 0;                ///< of the clients, in the last common round
    std::int64_t advertising_trainings = 0;  ///< in round 0, of the run with adaptation
    std::int64_t trials = 0;                 ///< trainings of candidates from round 1 on
    TrainingCost cost;
    TrainingCost cost_without;
    std::vector<std::string> notes;  ///< what may make the runs differ besides adaptation
};

/// Reads both traces. Throws InputError: a trace that can't be read or has no round, traces of two schemas, runs that
/// differ in more than their response (naming what differs), `with` a run without adaptation, `without` a run with it.
[[nodiscard]] Comparison compare(const std::filesystem::path& with, const std::filesystem::path& without);

}  // namespace mlaasim::app
