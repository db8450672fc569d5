#include "app/time_left.hpp"

#include <algorithm>

namespace mlaasim::app {
namespace {

/// Less than this says little of the speed: caches are cold, memory is new.
constexpr double shortest_measurement = 0.1;

double cost_of_first(const run::World& world, std::uint32_t services) {
    double cost = 0.0;
    for (std::uint32_t i = 0; i < services; ++i) {
        cost += world.training_cost(sim::ServiceId{i});
    }
    return cost;
}

}  // namespace

PredictedWork predict_work(const run::World& world, int ranks) {
    // A pass over a parameter takes about as long as ten operations of a product; leaving a member out makes some.
    constexpr double operations_per_parameter = 40.0;
    const run::Scenario& scenario = world.scenario();
    const double members = scenario.initial_members();
    const double models = scenario.is_ensemble() ? members : 1.0;
    const double forward = world.model().forward_flops();
    const auto parameters = static_cast<double>(world.model().layout().parameter_count());
    const auto streamed = static_cast<double>(world.streamed_samples());
    const double assessed = std::min(
        streamed, static_cast<double>(scenario.evaluation.assessment_samples) * static_cast<double>(world.clients()));
    return {
        .advertising = scenario.advertises() ? cost_of_first(world, world.services()) / ranks : 0.0,
        .training = cost_of_first(world, scenario.initial_members()) / ranks,
        .evaluation = streamed * models * forward / ranks,
        .assessment = members * (assessed * forward + operations_per_parameter * parameters) / ranks,
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
