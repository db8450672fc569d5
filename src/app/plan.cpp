#include "app/plan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <numeric>

#include "app/machine_rates.hpp"
#include "fl/engine.hpp"
#include "run/network.hpp"
#include "run/process.hpp"
#include "run/round_steps.hpp"
#include "run/steps/placement.hpp"
#include "run/worker.hpp"
#include "sim/core/counted.hpp"
#include "sim/parallel/decomposition.hpp"

namespace mlaasim::app {
namespace {

// Measured on 100,000 services: docs/plan.md says how.
constexpr double commit_seconds = 0.003;  ///< of a commit without rows, both fsyncs included
constexpr double commit_seconds_per_row = 1e-6;
constexpr double coordinator_seconds_per_service = 0.5e-6;
constexpr double coordinator_bytes_per_service = 700.0;

/// Smallest, mean and largest of the ranks' values.
struct Spread {
    double least = 0.0;
    double mean = 0.0;
    double most = 0.0;

    explicit Spread(const std::vector<double>& values)
        : least{*std::min_element(values.begin(), values.end())},
          mean{std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size())},
          most{*std::max_element(values.begin(), values.end())} {}
};

void print_row(const char* what, const Spread& spread, int digits) {
    fmt::print("  {:<34} {:>12.{}f} {:>12.{}f} {:>12.{}f}\n", what, spread.least, digits, spread.mean, digits,
               spread.most, digits);
}

class Planner {
public:
    Planner(const run::World& world, const PlanRequest& request) : world_{world}, request_{request} {}

    void print() {
        const run::Scenario& scenario = world_.scenario();
        run::Worker worker{world_, sim::Communicator::serial()};
        std::vector<sim::ServiceId> members;
        for (std::uint32_t i = 0; i < scenario.initial_members(); ++i) {
            members.emplace_back(i);
        }
        const auto start = std::chrono::steady_clock::now();
        rates_ = measure_rates(world_, worker, members);
        const std::chrono::duration<double> measuring = std::chrono::steady_clock::now() - start;
        held_ = run::private_mib() * mebi;

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
        const double coordinated = coordinator_seconds_per_service * static_cast<double>(members.size());
        const double committed = commit_seconds + commit_seconds_per_row * static_cast<double>(members.size());
        const double round = trained.most + communicated + evaluated.most + coordinated + committed;

        fmt::print("{}: {}, {}, {}, {} on {}\n", scenario.name, sim::counted(world_.services(), "service"),
                   sim::counted(scenario.initial_members(), "member"), sim::counted(world_.clients(), "client"),
                   sim::counted(scenario.rounds, "round"), sim::counted(request_.ranks, "rank"));
        fmt::print("model {}, {} parameters; engine {}; rates measured here in {:.1f} s\n\n",
                   world_.model().architecture(), world_.model().layout().parameter_count(),
                   world_.engine().fused ? "fused on " + fl::fused_instruction_set() : "autograd", measuring.count());
        fmt::print("  {:<34} {:>12} {:>12} {:>12}\n", "per rank and round", "least", "mean", "most");
        print_row("services trained", over(costs, [](const auto& cost) { return cost.services; }), 0);
        print_row("local training, s", trained, 4);
        print_row("private memory, MiB", memory(costs, assessment_costs), 0);
        print_row("bytes sent, KiB", Spread{sent_kib}, 1);
        fmt::print("  imbalance of the placement: {:.3f} (largest predicted cost over the mean)\n",
                   run::services_on_ranks(world_, members, request_.ranks).imbalance());
        fmt::print("  mapped data, shared by the ranks of a node: {:.0f} MiB\n\n",
                   static_cast<double>(world_.data_bytes()) / mebi);
        fmt::print("  {:<34} {:>12.4f}\n", "a round, s", round);
        for (const auto& [part, seconds] : {std::pair{"local training, busiest rank", trained.most},
                                            {"communication between ranks", communicated},
                                            {"evaluation", evaluated.most},
                                            {"coordination", coordinated},
                                            {"commit", committed}}) {
            fmt::print("    {:<32} {:>12.4f}\n", part, seconds);
        }
        if (scenario.assesses()) {
            fmt::print("  {:<34} {:>12.4f}\n", "a round that assesses, s", round + assessed);
            fmt::print("    {:<32} {:>12.4f}  (leave-one-out; trials and adaptation come on top)\n", "assessment",
                       assessed);
        }
        const auto rounds = static_cast<double>(scenario.rounds);
        fmt::print("  {:<34} {:>12.1f}\n", "all rounds, s", rounds * round + assessing_rounds() * assessed);
    }

private:
    static constexpr double mebi = 1024.0 * 1024.0;

    template <class Number>
    static Spread over(const std::vector<run::StepCost>& costs, Number number) {
        std::vector<double> numbers(costs.size());
        std::transform(costs.begin(), costs.end(), numbers.begin(), number);
        return Spread{numbers};
    }

    [[nodiscard]] double row_bytes() const {
        return static_cast<double>(world_.model().layout().size() * sizeof(float));
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
    Rates rates_;
    double held_ = 0.0;  ///< bytes of this process once the rates are measured
};

}  // namespace

int plan(const PlanRequest& request) {
    fl::use_one_thread();
    const run::Setup setup = run::set_up(request.run, sim::Communicator::serial());
    Planner{*setup.world, request}.print();
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace mlaasim::app
