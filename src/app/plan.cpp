#include "app/plan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "fl/engine.hpp"
#include "run/process.hpp"
#include "run/worker.hpp"
#include "sim/core/counted.hpp"
#include "sim/parallel/decomposition.hpp"

namespace mlaasim::app {
namespace {

using Clock = std::chrono::steady_clock;

/// How long a rate is measured.
constexpr double measured_seconds = 0.4;

// Measured on 100,000 services: docs/plan.md says how.
constexpr double commit_seconds = 0.003;  ///< of a commit without rows, both fsyncs included
constexpr double commit_seconds_per_row = 1e-6;
constexpr double coordinator_seconds_per_service = 0.5e-6;
constexpr double coordinator_bytes_per_service = 700.0;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// `count` of `all` items, evenly spaced.
template <class Item>
std::vector<Item> spread(const std::vector<Item>& all, std::size_t count) {
    std::vector<Item> some;
    for (std::size_t i = 0; i < count; ++i) {
        some.push_back(all[i * all.size() / count]);
    }
    return some;
}

/// Seconds that work on one of n items takes on this machine: more and more of them, evenly spaced, until the clock
/// says enough. `work` takes their positions.
template <class Work>
double seconds_per_cost(std::size_t n, const std::vector<double>& costs, Work work) {
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return costs[a] < costs[b]; });
    work(spread(order, 1));  // warms caches up and allocates
    for (std::size_t count = std::min<std::size_t>(n, 2);; count = std::min(n, 2 * count)) {
        const std::vector<std::size_t> some = spread(order, count);
        const auto start = Clock::now();
        work(some);
        const double seconds = seconds_since(start);
        if (seconds >= measured_seconds || count == n) {
            const double cost = std::accumulate(some.begin(), some.end(), 0.0,
                                                [&](double sum, std::size_t item) { return sum + costs[item]; });
            return seconds / cost;
        }
    }
}

/// This machine's rates for the scenario's work.
struct Rates {
    double seconds_per_training_cost = 0.0;
    double seconds_per_evaluated_sample = 0.0;  ///< by one model
    double seconds_per_mean = 0.0;              ///< from a sum without one member to parameters
};

Rates measure(const run::World& world, run::Worker& worker, const std::vector<sim::ServiceId>& members,
              const std::vector<double>& costs) {
    Rates rates;
    const run::Scenario& scenario = world.scenario();
    rates.seconds_per_training_cost =
        seconds_per_cost(members.size(), costs, [&](const std::vector<std::size_t>& positions) {
            run::Command command{.kind = run::CommandKind::train, .round = sim::Round{1}};
            for (const std::size_t position : positions) {
                command.services.push_back(members[position]);
            }
            worker.train(command);
        });

    fl::ModelEvaluator evaluator = fl::make_evaluator(world.engine(), world.model(), scenario.evaluation.batch_size);
    const std::span<const float> composition = worker.composition();
    evaluator.load({&composition, 1});
    std::vector<double> samples(world.clients());
    std::vector<std::uint32_t> indices;
    for (std::uint32_t c = 0; c < world.clients(); ++c) {
        samples[c] = static_cast<double>(world.client_stream(sim::ClientId{c}, sim::Round{1}, indices).indices.size());
    }
    sim::SampleBlock block;
    rates.seconds_per_evaluated_sample =
        seconds_per_cost(samples.size(), samples, [&](const std::vector<std::size_t>& clients) {
            for (const std::size_t c : clients) {
                block.read(world.client_stream(sim::ClientId{static_cast<std::uint32_t>(c)}, sim::Round{1}, indices));
                static_cast<void>(evaluator.evaluate(block));
            }
        });

    fl::FixedPointSum sum{composition.size(), {fl::divergence_bound(composition), 1, 2}};
    sum.add(composition, 1);
    sum.add(composition, 1);
    sim::AlignedVector<float> mean(composition.size());
    constexpr int repetitions = 20;
    const auto start = Clock::now();
    for (int i = 0; i < repetitions; ++i) {
        fl::FixedPointSum others = sum;
        others.subtract(composition, 1);
        others.mean(mean);
    }
    rates.seconds_per_mean = seconds_since(start) / repetitions;
    return rates;
}

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
        std::vector<double> costs;
        for (std::uint32_t i = 0; i < scenario.initial_members(); ++i) {
            members.emplace_back(i);
            costs.push_back(world_.training_cost(members.back()));
        }
        const auto start = Clock::now();
        rates_ = measure(world_, worker, members, costs);
        const double measuring = seconds_since(start);
        held_ = run::private_mib() * mebi;
        assessment_bytes_ = scenario.assesses()
                                ? assessment_samples() * static_cast<double>(sizeof(float)) *
                                      static_cast<double>(sim::padded_floats(world_.model().input().size()))
                                : 0.0;

        const auto placement = sim::Decomposition::balance(costs, request_.ranks);
        std::vector<double> services;
        std::vector<double> train;
        std::vector<double> memory;
        std::vector<double> bytes;
        for (int rank = 0; rank < request_.ranks; ++rank) {
            const auto own = placement.items(rank);
            services.push_back(static_cast<double>(own.size()));
            train.push_back(rates_.seconds_per_training_cost *
                            std::accumulate(own.begin(), own.end(), 0.0,
                                            [&](double sum, std::uint32_t item) { return sum + costs[item]; }));
            memory.push_back((private_bytes(rank, own.size())) / mebi);
            bytes.push_back(bytes_sent(rank, own.size()) / 1024.0);
        }
        const Spread trained{train};
        const double communicated = communication_seconds();
        const double evaluated = evaluation_seconds();
        const double assessed = scenario.assesses() ? assessment_seconds() : 0.0;
        const double coordinated = coordinator_seconds_per_service * static_cast<double>(members.size());
        const double committed = commit_seconds + commit_seconds_per_row * static_cast<double>(members.size());
        const double round = trained.most + communicated + evaluated + coordinated + committed;

        fmt::print("{}: {}, {}, {}, {} on {}\n", scenario.name, sim::counted(world_.services(), "service"),
                   sim::counted(scenario.initial_members(), "member"), sim::counted(world_.clients(), "client"),
                   sim::counted(scenario.rounds, "round"), sim::counted(request_.ranks, "rank"));
        fmt::print("model {}, {} parameters; engine {}; rates measured here in {:.1f} s\n\n",
                   world_.model().architecture(), world_.model().layout().parameter_count(),
                   world_.engine().fused ? "fused on " + fl::fused_instruction_set() : "autograd", measuring);
        fmt::print("  {:<34} {:>12} {:>12} {:>12}\n", "per rank and round", "least", "mean", "most");
        print_row("services trained", Spread{services}, 0);
        print_row("local training, s", trained, 4);
        print_row("private memory, MiB", Spread{memory}, 0);
        print_row("bytes sent, KiB", Spread{bytes}, 1);
        fmt::print("  imbalance of the placement: {:.3f} (largest predicted cost over the mean)\n",
                   placement.imbalance());
        fmt::print("  mapped data, shared by the ranks of a node: {:.0f} MiB\n\n",
                   static_cast<double>(world_.data_bytes()) / mebi);
        fmt::print("  {:<34} {:>12.4f}\n", "a round, s", round);
        for (const auto& [part, seconds] : {std::pair{"local training, busiest rank", trained.most},
                                            {"aggregation between ranks", communicated},
                                            {"evaluation", evaluated},
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

    [[nodiscard]] double parameters() const { return static_cast<double>(world_.model().layout().size()); }
    [[nodiscard]] double ranks() const { return request_.ranks; }
    [[nodiscard]] double members() const { return world_.scenario().initial_members(); }

    [[nodiscard]] double assessing_rounds() const {
        double count = 0.0;
        for (std::int64_t round = 1; round <= world_.scenario().rounds; ++round) {
            count += world_.scenario().assesses(sim::Round{static_cast<std::uint32_t>(round)}) ? 1.0 : 0.0;
        }
        return count;
    }

    /// A sum of integers over all ranks: a ring moves twice its size through every rank.
    [[nodiscard]] double communication_seconds() const {
        if (request_.ranks == 1) {
            return 0.0;
        }
        const double bytes = ring_bytes() + shared_row_bytes();
        const double steps = 2.0 * std::ceil(std::log2(ranks()));
        return bytes / (request_.network_gbit_s * 1e9 / 8.0) + steps * request_.latency_us * 1e-6;
    }

    /// The rank with the most clients; members of an ensemble each predict.
    [[nodiscard]] double evaluation_seconds() const {
        std::vector<double> samples(world_.clients());
        std::vector<std::uint32_t> indices;
        for (std::uint32_t c = 0; c < world_.clients(); ++c) {
            samples[c] =
                static_cast<double>(world_.client_stream(sim::ClientId{c}, sim::Round{1}, indices).indices.size());
        }
        const auto placement = sim::Decomposition::balance(std::vector<double>(samples.size(), 1.0), request_.ranks);
        double most = 0.0;
        for (int rank = 0; rank < request_.ranks; ++rank) {
            double sum = 0.0;
            for (const std::uint32_t client : placement.items(rank)) {
                sum += samples[client];
            }
            most = std::max(most, sum);
        }
        return most * rates_.seconds_per_evaluated_sample * (world_.scenario().is_ensemble() ? members() : 1.0);
    }

    /// Leave-one-out: the rank with the most members evaluates the composition without each of them.
    [[nodiscard]] double assessment_samples() const {
        double samples = 0.0;
        std::vector<std::uint32_t> indices;
        for (std::uint32_t c = 0; c < world_.clients(); ++c) {
            samples += static_cast<double>(world_
                                               .client_stream(sim::ClientId{c}, sim::Round{1}, indices,
                                                              world_.scenario().evaluation.assessment_samples)
                                               .indices.size());
        }
        return samples;
    }
    [[nodiscard]] double assessment_seconds() const {
        const double samples = assessment_samples();
        const double own = std::ceil(members() / ranks());
        if (world_.scenario().is_ensemble()) {
            return samples / ranks() * members() * rates_.seconds_per_evaluated_sample;
        }
        return own * (samples * rates_.seconds_per_evaluated_sample + rates_.seconds_per_mean);
    }

    /// What this process holds now (libraries, partition, models, buffers), and what a run adds.
    [[nodiscard]] double private_bytes(int rank, std::size_t own) const {
        const run::Scenario& scenario = world_.scenario();
        double rows = 0.0;
        if (scenario.is_ensemble()) {
            rows = 3.0 * members();  // kept, packed, gathered
        } else if (scenario.assesses()) {
            rows = static_cast<double>(own);
        }
        const double coordinator = rank == 0 ? coordinator_bytes_per_service * world_.services() : 0.0;
        return held_ + rows * parameters() * sizeof(float) + assessment_bytes_ + coordinator;
    }

    /// Of a sum of 64-bit integers in a ring, each way.
    [[nodiscard]] double ring_bytes() const { return 2.0 * 8.0 * parameters() * (ranks() - 1.0) / ranks(); }
    /// Ensembles: every rank receives the models that the others trained, and passes as many on.
    [[nodiscard]] double shared_row_bytes() const {
        return world_.scenario().is_ensemble() ? members() * parameters() * sizeof(float) * (ranks() - 1.0) / ranks()
                                               : 0.0;
    }
    /// With the reports of the services trained.
    [[nodiscard]] double bytes_sent(int rank, std::size_t own) const {
        const double reports = rank == 0 ? 0.0 : static_cast<double>(own * sizeof(run::ServiceReport));
        return request_.ranks == 1 ? 0.0 : ring_bytes() + shared_row_bytes() + reports;
    }

    const run::World& world_;
    const PlanRequest& request_;
    Rates rates_;
    double held_ = 0.0;              ///< bytes of this process once the rates are measured
    double assessment_bytes_ = 0.0;  ///< samples that every rank keeps to assess on
};

}  // namespace

int plan(const PlanRequest& request) {
    fl::use_one_thread();
    const run::Setup setup = run::set_up(request.run, sim::Communicator::serial());
    Planner{*setup.world, request}.print();
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace mlaasim::app
