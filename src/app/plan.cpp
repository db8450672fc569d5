#include "app/plan.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <span>

#include "fl/engine.hpp"
#include "run/network.hpp"
#include "run/process.hpp"
#include "run/round_steps.hpp"
#include "run/steps/placement.hpp"
#include "run/worker.hpp"
#include "sim/parallel/decomposition.hpp"
#include "sim/trace/packing.hpp"

namespace mlaasim::app {
namespace {

// Measured on 100,000 services: docs/plan.md says how.
constexpr double commit_seconds = 0.001;  ///< by which a commit without rows delays the round that it goes on beside
constexpr double commit_seconds_per_row = 0.5e-6;
constexpr double coordinator_seconds_per_service = 0.5e-6;
constexpr double coordinator_bytes_per_service = 700.0;

constexpr double mebi = 1024.0 * 1024.0;

class Planner {
public:
    Planner(const run::World& world, const PlanRequest& request, const Rates& rates, double held_mib)
        : world_{world}, request_{request}, rates_{rates}, held_{held_mib * mebi} {}

    [[nodiscard]] Plan plan() const {
        const run::Scenario& scenario = world_.scenario();
        const std::vector<sim::ServiceId> members = members_of(scenario);
        const std::vector<run::Step> round_steps = run::steps_of_round(world_, members);
        const auto costs = run::costs_of(round_steps, world_, request_.ranks);
        const auto assessment_costs = run::costs_of(run::steps_of_assessment(world_, members), world_, request_.ranks);
        // The parts of a round, each as long as its busiest rank takes.
        const Spread trained = over(run::costs_of({&round_steps.front(), 1}, world_, request_.ranks),
                                    [&](const auto& cost) { return seconds_of(cost, rates_); });
        const Spread evaluated = over(run::costs_of(std::span{round_steps}.subspan(1), world_, request_.ranks),
                                      [&](const auto& cost) { return seconds_of(cost, rates_); });
        const run::Network network{.ranks = request_.ranks,
                                   .bytes_per_second = request_.network_gbit_s * 1e9 / 8.0,
                                   .latency_s = request_.latency_us * 1e-6,
                                   .row_bytes = row_bytes()};
        auto costs_with_end = run::costs_of(run::steps_after_round(), world_, request_.ranks);
        for (std::size_t rank = 0; rank < costs.size(); ++rank) {
            costs_with_end[rank] += costs[rank];
        }
        const double communicated = network.seconds(costs_with_end);
        std::vector<double> sent_kib = network.bytes_sent(costs_with_end);
        std::ranges::for_each(sent_kib, [](double& bytes) { bytes /= 1024.0; });
        const double assessed =
            over(assessment_costs, [&](const auto& cost) { return seconds_of(cost, rates_); }).most +
            network.seconds(assessment_costs);
        const auto count = static_cast<double>(members.size());
        const double service_rows =
            run::ServiceRowWriter{scenario.trace, world_.services(), scenario.random_seed()}.expected_rows(
                members.size());

        Plan plan{.scenario = scenario.name,
                  .services = world_.services(),
                  .members = scenario.initial_members(),
                  .clients = world_.clients(),
                  .rounds = scenario.rounds,
                  .ranks = request_.ranks,
                  .architecture = std::string{world_.model().architecture()},
                  .parameters = static_cast<std::int64_t>(world_.model().layout().parameter_count()),
                  .engine = world_.engine().fused ? "fused on " + fl::fused_instruction_set() : "autograd",
                  .trained = over(costs, [](const auto& cost) { return cost.services; }),
                  .training_s = trained,
                  .memory_mib = memory(costs, assessment_costs),
                  .sent_kib = Spread{sent_kib},
                  .imbalance = run::services_on_ranks(world_, members, request_.ranks).imbalance(),
                  .data_mib = static_cast<double>(world_.data_bytes()) / mebi,
                  .trace_kib = trace_bytes(service_rows) / 1024.0,
                  .parts = {{"local training, busiest rank", trained.most},
                            {"communication between ranks", communicated},
                            {"evaluation", evaluated.most},
                            {"coordination", coordinator_seconds_per_service * count},
                            {"commit", commit_seconds + commit_seconds_per_row * service_rows}}};
        for (const PlannedPart& part : plan.parts) {
            plan.round_s += part.seconds;
        }
        if (scenario.assesses()) {
            plan.assessment_s = assessed;
        }
        plan.total_s = static_cast<double>(scenario.rounds) * plan.round_s + assessing_rounds() * assessed;
        return plan;
    }

private:
    template <class Number>
    static Spread over(const std::vector<run::StepCost>& costs, Number number) {
        std::vector<double> numbers(costs.size());
        std::transform(costs.begin(), costs.end(), numbers.begin(), number);
        return Spread{numbers};
    }

    [[nodiscard]] double row_bytes() const {
        return static_cast<double>(world_.model().layout().size() * sizeof(float));
    }

    /// Of the rows that every round has. What outages, drift and responses add depends on what happens.
    [[nodiscard]] double trace_bytes(double service_rows) const {
        const auto bytes = [](const sim::Table& table, double rows) {
            return rows * static_cast<double>(sim::packed_size(table));
        };
        constexpr double tables_with_digest = 3.0;  // services, clients, rounds
        constexpr double phases_of_a_rank = 4.0;    // train, aggregate, collect, evaluate
        constexpr double phases_of_rank_0 = 3.0;    // round, record, commit
        return bytes(sim::ServiceRecord::table(), service_rows) + bytes(sim::ClientRecord::table(), world_.clients()) +
               bytes(sim::RoundRecord::table(), 1) + bytes(sim::DigestRecord::table(), tables_with_digest) +
               bytes(sim::TimingRecord::table(), phases_of_a_rank * request_.ranks + phases_of_rank_0);
    }

    [[nodiscard]] double assessing_rounds() const {
        double count = 0.0;
        for (std::int64_t round = 1; round <= world_.scenario().rounds; ++round) {
            count += world_.scenario().assesses(sim::Round{static_cast<std::uint32_t>(round)}) ? 1.0 : 0.0;
        }
        return count;
    }

    /// What this process holds now (libraries, partition, models, buffers), and what a run adds.
    [[nodiscard]] Spread memory(const std::vector<run::StepCost>& round,
                                const std::vector<run::StepCost>& assessment) const {
        const auto sample_bytes =
            static_cast<double>(sizeof(float) * sim::padded_floats(world_.model().input().size()));
        std::vector<double> mib(round.size());
        for (std::size_t rank = 0; rank < round.size(); ++rank) {
            const double coordinator = rank == 0 ? coordinator_bytes_per_service * world_.services() : 0.0;
            mib[rank] = (held_ + round[rank].kept_rows * row_bytes() + assessment[rank].read_samples * sample_bytes +
                         coordinator) /
                        mebi;
        }
        return Spread{mib};
    }

    const run::World& world_;
    const PlanRequest& request_;
    const Rates& rates_;
    double held_;  ///< bytes
};

}  // namespace

Spread::Spread(const std::vector<double>& values)
    : least{*std::min_element(values.begin(), values.end())},
      mean{std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size())},
      most{*std::max_element(values.begin(), values.end())} {}

std::vector<sim::ServiceId> members_of(const run::Scenario& scenario) {
    std::vector<sim::ServiceId> members;
    for (std::uint32_t i = 0; i < scenario.initial_members(); ++i) {
        members.emplace_back(i);
    }
    return members;
}

Plan plan_of(const run::World& world, const PlanRequest& request, const Rates& rates, double held_mib) {
    return Planner{world, request, rates, held_mib}.plan();
}

MeasuredPlan measured_plan(const PlanRequest& request) {
    fl::use_one_thread();
    const run::Setup setup = run::set_up(request.run, sim::Communicator::serial());
    run::Worker worker{*setup.world, sim::Communicator::serial()};
    const auto start = std::chrono::steady_clock::now();
    const Rates rates = measure_rates(*setup.world, worker, members_of(setup.scenario));
    const std::chrono::duration<double> measuring = std::chrono::steady_clock::now() - start;
    return {.plan = plan_of(*setup.world, request, rates, run::private_mib()), .measuring_s = measuring.count()};
}

}  // namespace mlaasim::app
