// Plays the points of a study: each in a child process, several at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "study/stop_signals.hpp"
#include "study/study_folder.hpp"

namespace mlaasim::study {

/// How far the points that were asked for have come.
struct SweepProgress {
    std::size_t points = 0;
    std::size_t complete = 0;
    std::size_t failed = 0;
    std::size_t running = 0;
    std::int64_t rounds = 0;       ///< of all points together
    std::int64_t rounds_done = 0;  ///< of points that run, as far as they are committed
};

/// A point that was played, and how that ended.
struct PointEnd {
    PointState state = PointState::complete;  ///< running: another process plays the point
    double seconds = 0.0;
    std::string failure{};                  ///< one line: "exit code 2"
    std::vector<std::string> last_lines{};  ///< of its log, when it has failed
};

/// Is told what happens.
class SweepObserver {
public:
    virtual ~SweepObserver() = default;
    virtual void begin(const SweepProgress& progress) = 0;
    virtual void ended(const StoredPoint& point, const PointEnd& end, const SweepProgress& progress) = 0;
    /// From time to time. Only when wants_rounds().
    virtual void moved(const SweepProgress& progress) = 0;
    [[nodiscard]] virtual bool wants_rounds() const = 0;
    /// A signal has come: the children finish their round, commit and leave.
    virtual void stopping() = 0;
};

struct SweepOrder {
    std::filesystem::path folder;          ///< of the study
    std::vector<std::string> program;      ///< with its first arguments: {"mlaasim", "run"}
    std::vector<std::string> arguments{};  ///< behind the scenario's file, for every point: {"--data", "DIR"}
    std::size_t jobs = 1;                  ///< children at once
    /// Until when the points may run (--max-time): each is told what is left. None is begun later, nor with less time
    /// than a round of its setting has taken so far; of a setting that was not played yet, the shortest of all counts.
    /// Nothing: no limit.
    std::optional<std::chrono::steady_clock::time_point> end{};
    std::vector<StoredPoint> points;  ///< to be played, unless they are complete
    std::function<std::string(const StoredPoint&)> scenario_of;
};

struct FailedPoint {
    StoredPoint point;
    PointEnd end;
};

struct SweepOutcome {
    std::vector<FailedPoint> failed;
    std::size_t elsewhere = 0;    ///< points that another process plays
    std::size_t interrupted = 0;  ///< points that a signal or the end of the time has stopped, after a commit
    bool out_of_time = false;     ///< SweepOrder::end came while points were left
    bool stopped = false;         ///< by a signal, before all points were begun
    int killed_by = 0;            ///< the signal that ended it at once: a second Ctrl-C
};

/// A point that fails does not stop the others. A point's scenario.yaml is written before it is started, its failed.txt
/// when it has failed. A signal is passed on to the children, which commit; a second SIGINT kills them.
[[nodiscard]] SweepOutcome play(const SweepOrder& order, const StopSignals& signals, SweepObserver& observer);

}  // namespace mlaasim::study
