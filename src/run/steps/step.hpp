// What rank 0 orders all ranks to do, as a value that travels. A new step is one struct with its file in this folder,
// and its place in `Step`.
//
// A step has
//   Result                 what carrying it out gives; complete on rank 0
//   fields                 pointers to its members, which travel in this order
//   name()                 for messages: "training", to be followed by "of round 7"
//   carry_out(Worker&)     collective: every rank does its part
//   costs(World, ranks)    predicted, by rank; steps without it cost no more than their order
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "run/steps/adapt.hpp"
#include "run/steps/changed_losses.hpp"
#include "run/steps/compose.hpp"
#include "run/steps/cost.hpp"
#include "run/steps/data_distances.hpp"
#include "run/steps/evaluate.hpp"
#include "run/steps/fit_serving.hpp"
#include "run/steps/kept_updates.hpp"
#include "run/steps/labelled_accuracy.hpp"
#include "run/steps/leave_one_out.hpp"
#include "run/steps/paired_losses.hpp"
#include "run/steps/random_halves.hpp"
#include "run/steps/train.hpp"
#include "run/steps/update_distances.hpp"
#include "run/steps/watch.hpp"
#include "run/steps/whole_run.hpp"

namespace mlaasim::run {

using Step = std::variant<TrainStep, ComposeStep, ServeStep, EvaluateStep, FitServingStep, LabelledAsServedStep,
                          LeaveOneOutStep, PairedLossesStep, RandomHalvesStep, ChangedLossesStep, LabelledAccuracyStep,
                          UpdateDistancesStep, DataDistancesStep, WatchStep, AdaptStep, AdjustStep, FetchUpdatesStep,
                          ForgetUpdatesStep, RestoreStep, CollectTimingStep, VoteToStopStep, StopStep>;

/// A step in its round.
struct Order {
    sim::Round round{};  ///< none for what belongs to the run as a whole
    Step step;
};

[[nodiscard]] std::vector<std::byte> pack(const Order& order);
[[nodiscard]] Order unpack(std::span<const std::byte> bytes);

/// "training of round 7"
[[nodiscard]] std::string name_of(const Order& order);

/// What the steps together cost each rank, their orders included.
[[nodiscard]] std::vector<StepCost> costs_of(std::span<const Step> steps, const World& world, int ranks);

}  // namespace mlaasim::run
