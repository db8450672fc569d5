// What the coordinator tells the ranks to do, as values that travel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "composition/assessment/functional.hpp"
#include "sim/core/ids.hpp"

namespace mlaasim::run {

enum class CommandKind : std::uint8_t {
    train,
    compose,
    evaluate,
    leave_one_out,
    update_distances,
    fetch_rows,
    adapt,
    forget,
    restore,
    collect_timing,
    vote_to_stop,
    stop,
};

/// Where local training starts: the composition's parameters, or the service's own of the round before (ensembles).
enum class StartFrom : std::uint8_t { composition, own };

/// Whether a training's updates stay on the ranks for assessment, trials and recomposition.
enum class Keep : std::uint8_t { no, yes };

/// One order to all ranks. Which fields count depends on the kind; see Worker.
struct Command {
    CommandKind kind = CommandKind::stop;
    sim::Round round{};
    StartFrom start = StartFrom::composition;
    Keep keep = Keep::no;
    /// train: add the updates up and make their mean the composition. compose: install the result as the composition.
    bool install = false;
    composition::DistanceKind distance = composition::DistanceKind::euclidean;
    std::vector<sim::ServiceId> services{};
    std::vector<float> parameters{};  ///< restore: the composition's; then one row per service

    [[nodiscard]] std::vector<std::byte> pack() const;
    [[nodiscard]] static Command unpack(std::span<const std::byte> bytes);
};

/// The step that ranks are in when they carry the order out: "training of round 7".
[[nodiscard]] std::string step_of(const Command& command);

enum class TrainingStatus : std::uint8_t { trained, diverged };

/// What became of one service's local training.
struct ServiceReport {
    sim::ServiceId service{};
    TrainingStatus status = TrainingStatus::trained;
    std::int64_t samples = 0;
    double loss = 0.0;
    std::int64_t holdout_correct = 0;
    std::int64_t holdout_total = 0;
};

/// What became of one service's test-time adaptation; absent scores are NaN.
struct AdaptationReport {
    sim::ServiceId service{};
    std::int64_t samples = 0;
    double wdm = 0, ucs = 0, bnuas = 0, bndas = 0, pdam = 0;
    double score = 0;
    std::uint8_t composable = 0;
};

/// A number that belongs to one service.
struct ServiceValue {
    sim::ServiceId service{};
    double value = 0.0;
};

}  // namespace mlaasim::run
