// What a scenario would take on a number of ranks: a dry run from the cost model, with rates measured here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/machine_rates.hpp"
#include "run/setup.hpp"

namespace mlaasim::app {

struct PlanRequest {
    run::RunRequest run;  ///< scenario, overrides and data folder
    int ranks = 1;
    double network_gbit_s = 10.0;  ///< between ranks, each way
    double latency_us = 20.0;      ///< of one message
};

/// Smallest, mean and largest of the ranks' values.
struct Spread {
    double least = 0.0;
    double mean = 0.0;
    double most = 0.0;

    Spread() = default;
    explicit Spread(const std::vector<double>& values);
};

/// A part of a round, as long as its busiest rank takes.
struct PlannedPart {
    std::string name;
    double seconds = 0.0;
};

struct Plan {
    std::string scenario;
    std::uint32_t services = 0;
    std::uint32_t members = 0;
    std::uint32_t clients = 0;
    std::int64_t rounds = 0;
    int ranks = 1;
    std::string architecture;
    std::int64_t parameters = 0;
    std::string engine;

    Spread trained;        ///< services that a rank trains in a round
    Spread training_s;     ///< of a rank in a round
    Spread memory_mib;     ///< private memory of a rank
    Spread sent_kib;       ///< by a rank in a round
    double imbalance = 1;  ///< largest predicted cost of a rank over the mean
    double data_mib = 0;   ///< mapped data, shared by the ranks of a node
    double trace_kib = 0;  ///< by which a round lets the trace grow

    std::vector<PlannedPart> parts{};      ///< of a round
    double round_s = 0.0;                  ///< a round without assessment
    std::optional<double> assessment_s{};  ///< what it adds to a round; nothing when none assesses
    double total_s = 0.0;                  ///< all rounds
};

/// What a scenario takes, when the machine has these rates. `held_mib` is what a process holds before the first round.
[[nodiscard]] Plan plan_of(const run::World& world, const PlanRequest& request, const Rates& rates, double held_mib);

/// A plan, and how long the rates were measured.
struct MeasuredPlan {
    Plan plan;
    double measuring_s = 0.0;
};

/// Trains and evaluates a few services and clients, for about a second, to learn this machine's rates.
[[nodiscard]] MeasuredPlan measured_plan(const PlanRequest& request);

/// The first members of a composition: those that the plan counts with.
[[nodiscard]] std::vector<sim::ServiceId> members_of(const run::Scenario& scenario);

/// The plan as tables for a terminal, and as JSON: docs/plan.md has its fields.
[[nodiscard]] std::string plan_text(const MeasuredPlan& measured);
[[nodiscard]] std::string plan_json(const MeasuredPlan& measured);

}  // namespace mlaasim::app
