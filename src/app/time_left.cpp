#include "app/time_left.hpp"

#include <algorithm>
#include <vector>

#include "run/round_steps.hpp"

namespace mlaasim::app {
namespace {

/// Less than this says little of the speed: caches are cold, memory is new.
constexpr double shortest_measurement = 0.1;

/// Work of all steps, the mean over the ranks.
double work_of(const std::vector<run::Step>& steps, const run::World& world, int ranks) {
    // A pass over a parameter takes about as long as ten operations of a product; leaving a member out makes some.
    constexpr double operations_per_parameter = 40.0;
    const auto parameters = static_cast<double>(world.model().layout().parameter_count());
    double work = 0.0;
    for (const run::StepCost& cost : run::costs_of(steps, world, ranks)) {
        work += cost.training + cost.predictions * world.model().forward_flops() +
                cost.means * operations_per_parameter * parameters;
    }
    return work / ranks;
}

}  // namespace

PredictedWork predict_work(const run::World& world, int ranks) {
    std::vector<sim::ServiceId> members;
    for (std::uint32_t i = 0; i < world.scenario().initial_members(); ++i) {
        members.emplace_back(i);
    }
    const std::vector<run::Step> round = run::steps_of_round(world, members);
    return {
        .advertising = world.scenario().advertises() ? work_of({run::advertising_of(world)}, world, ranks) : 0.0,
        .training = work_of({round.front()}, world, ranks),
        .evaluation = work_of({round.begin() + 1, round.end()}, world, ranks),
        .assessment = work_of(run::steps_of_assessment(world, members), world, ranks),
    };
}

TimeLeft::TimeLeft(const run::Scenario& scenario, const PredictedWork& work, std::uint32_t first)
    : scenario_{scenario}, work_{work} {
    for (std::uint32_t round = 0; round <= scenario.rounds; ++round) {
        total_ += work_of(round);
        finished_ += round < first ? work_of(round) : 0.0;
    }
}

double TimeLeft::training_of(std::uint32_t round) const { return round == 0 ? work_.advertising : work_.training; }

double TimeLeft::work_of(std::uint32_t round) const {
    if (round == 0) {
        return work_.advertising;
    }
    return work_.training + work_.evaluation + (scenario_.assesses(sim::Round{round}) ? work_.assessment : 0.0);
}

void TimeLeft::begin_round(std::uint32_t round, double now) {
    round_ = round;
    in_round_ = true;
    began_ = now;
    share_ = 0.0;
}

void TimeLeft::trained(double share, double now) {
    share_ = share;
    const double work = share * training_of(round_);
    if (measured_work_ == 0.0 && work > 0.0 && now - began_ >= shortest_measurement) {
        seconds_per_work_ = (now - began_) / work;
    }
}

void TimeLeft::end_round(double now) {
    const double work = work_of(round_);
    in_round_ = false;
    finished_ += work;
    if (round_ > 0 && work > 0.0) {
        measured_work_ += work;
        measured_seconds_ += now - began_;
        seconds_per_work_ = measured_seconds_ / measured_work_;
    }
}

double TimeLeft::done() const {
    const double work = finished_ + (in_round_ ? share_ * training_of(round_) : 0.0);
    return total_ > 0.0 ? std::min(1.0, work / total_) : 0.0;
}

std::optional<double> TimeLeft::seconds(double now) const {
    if (seconds_per_work_ == 0.0) {
        return std::nullopt;
    }
    const double this_round = in_round_ ? work_of(round_) : 0.0;
    const double rest_of_round = std::max(0.0, seconds_per_work_ * this_round - (in_round_ ? now - began_ : 0.0));
    return rest_of_round + seconds_per_work_ * std::max(0.0, total_ - finished_ - this_round);
}

}  // namespace mlaasim::app
