// Local training of services, and the average of what they have learnt.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "run/steps/cost.hpp"
#include "run/worker.hpp"

namespace mlaasim::run {

/// Where local training starts: a model that every rank has, or the service's own model of the round before
/// (ensembles).
enum class StartFrom : std::uint8_t { model, own };

/// Whether a training's updates stay on the ranks for assessment, trials and recomposition.
enum class Keep : std::uint8_t { no, yes };

enum class TrainingStatus : std::uint8_t { trained, diverged };

/// The result of one service's local training.
struct ServiceReport {
    sim::ServiceId service{};
    TrainingStatus status = TrainingStatus::trained;
    std::int64_t samples = 0;
    double loss = 0.0;
    std::int64_t holdout_correct = 0;
    std::int64_t holdout_total = 0;

    friend bool operator==(const ServiceReport&, const ServiceReport&) = default;
};

/// Trains services where their cost places them.
struct TrainStep {
    using Result = std::vector<ServiceReport>;  ///< in the order of ids

    StartFrom start = StartFrom::model;
    sim::ModelId model = served_model;
    Keep keep = Keep::no;
    sim::ModelId becomes{};  ///< the mean of all updates that did not diverge; no model: a training on trial
    std::vector<sim::ServiceId> services{};
    std::uint32_t attempt = 0;  ///< of these services in this round, from 0: each has random numbers of its own

    static constexpr std::tuple fields{&TrainStep::start,   &TrainStep::model,    &TrainStep::keep,
                                       &TrainStep::becomes, &TrainStep::services, &TrainStep::attempt};
    [[nodiscard]] std::string name() const { return becomes.valid() ? "training" : "training on trial"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

}  // namespace mlaasim::run
