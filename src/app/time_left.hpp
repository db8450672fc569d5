// How far a run has come and how long it still takes: predicted work, at the speed measured so far.
#pragma once

#include <cstdint>
#include <optional>

#include "run/world.hpp"

namespace mlaasim::app {

/// Predicted work of one rank, the mean over all ranks, in the unit of World::training_cost (floating-point
/// operations). As in `mlaasim plan`, trials and test-time adaptation are not in it: they depend on what happens.
struct PredictedWork {
    double advertising = 0.0;  ///< round 0: every service trains once; 0 when the run needs no advertisements
    double training = 0.0;     ///< of a round's members
    double evaluation = 0.0;   ///< of the composition on the clients' streams
    double assessment = 0.0;   ///< of a round that assesses, on top
};

[[nodiscard]] PredictedWork predict_work(const run::World& world, int ranks);

/// Follows a run. Moments are seconds on any clock. In its first round the speed follows from the services trained so
/// far, later from the rounds that are done, in which everything counts, also what was not predicted.
class TimeLeft {
public:
    /// `first` is the first round to be played: 0, the advertisements, unless the run is resumed.
    TimeLeft(const run::Scenario& scenario, const PredictedWork& work, std::uint32_t first);

    void begin_round(std::uint32_t round, double now);
    /// `share` of the round's local training is done.
    void trained(double share, double now);
    void end_round(double now);

    /// Share of the run's predicted work that is done, in [0, 1].
    [[nodiscard]] double done() const;
    /// Seconds until the last round is done; nothing as long as there is no speed to go by.
    [[nodiscard]] std::optional<double> seconds(double now) const;

private:
    [[nodiscard]] double work_of(std::uint32_t round) const;
    [[nodiscard]] double training_of(std::uint32_t round) const;

    run::Scenario scenario_;
    PredictedWork work_;
    double total_ = 0.0;
    double finished_ = 0.0;  ///< work of the rounds that are done
    std::uint32_t round_ = 0;
    bool in_round_ = false;
    double began_ = 0.0;  ///< when the round began
    double share_ = 0.0;  ///< of its training
    double measured_work_ = 0.0;
    double measured_seconds_ = 0.0;  ///< of rounds from 1 on that this process has played
    double seconds_per_work_ = 0.0;  ///< 0: not known yet
};

}  // namespace mlaasim::app
