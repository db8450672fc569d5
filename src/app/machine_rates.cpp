#include "app/machine_rates.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <span>

#include "run/steps/placement.hpp"
#include "run/steps/train.hpp"

namespace mlaasim::app {
namespace {

using Clock = std::chrono::steady_clock;

/// How long a rate is measured.
constexpr double measured_seconds = 0.4;

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

}  // namespace

Rates measure_rates(const run::World& world, run::Worker& worker, const std::vector<sim::ServiceId>& members) {
    Rates rates;
    std::vector<double> costs;
    costs.reserve(members.size());
    for (const sim::ServiceId member : members) {
        costs.push_back(world.training_cost(member));
    }
    worker.enter(sim::Round{1});
    rates.seconds_per_training_cost =
        seconds_per_cost(members.size(), costs, [&](const std::vector<std::size_t>& positions) {
            run::TrainStep step{.becomes = run::served_model};  // into a sum, as a round trains
            for (const std::size_t position : positions) {
                step.services.push_back(members[position]);
            }
            step.carry_out(worker);
        });

    const std::span<const float> composition = worker.models().parameters(run::served_model);
    worker.evaluator().load({&composition, 1});
    std::vector<double> samples(world.clients());
    for (std::uint32_t c = 0; c < world.clients(); ++c) {
        samples[c] = run::samples_of_client(world, sim::ClientId{c});
    }
    std::vector<std::uint32_t> indices;
    rates.seconds_per_prediction =
        seconds_per_cost(samples.size(), samples, [&](const std::vector<std::size_t>& clients) {
            for (const std::size_t c : clients) {
                worker.scratch().read(
                    world.client_stream(sim::ClientId{static_cast<std::uint32_t>(c)}, sim::Round{1}, indices));
                static_cast<void>(worker.evaluator().evaluate(worker.scratch()));
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

double seconds_of(const run::StepCost& cost, const Rates& rates) {
    return cost.training * rates.seconds_per_training_cost + cost.predictions * rates.seconds_per_prediction +
           cost.means * rates.seconds_per_mean;
}

}  // namespace mlaasim::app
