// How a run reports its progress, on rank 0.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "run/world.hpp"
#include "sim/trace/records.hpp"

namespace mlaasim::run {

/// How far this rank has come with its share of a local training.
struct TrainingProgress {
    bool trial = false;         ///< of services outside the composition, in a round that has begun
    std::int64_t services = 0;  ///< of all ranks
    /// Of the cost that is placed on this rank, in (0, 1]: 1 as soon as it has done as much, be it for other ranks;
    /// less in the end, when they have done some of its.
    double share = 0.0;
};

/// Who watches a run: a display, or nobody.
class RunObserver {
public:
    virtual ~RunObserver() = default;
    virtual void begin_round(std::uint32_t round) = 0;
    /// What is to be called after each service that this rank has trained; empty where nobody looks.
    [[nodiscard]] virtual std::function<void(const TrainingProgress&)> training_watcher() = 0;
    /// Round 0 is done; it has no row.
    virtual void end_advertising() = 0;
    /// The round is done.
    virtual void end_round(const sim::RoundRecord& round) = 0;
    /// The last round is done and committed. Before, an observer may not read the trace: a commit may be under way.
    virtual void end_run(const std::filesystem::path& trace) = 0;
    /// A message for the user.
    virtual void note(const std::string& text) = 0;
};

/// `first` is the first round that will be played: 0, the advertisements, unless the run is resumed.
using MakeObserver = std::function<std::unique_ptr<RunObserver>(const World& world, int ranks, std::uint32_t first)>;

}  // namespace mlaasim::run
