// What a person sees of a run: a row per round, a progress bar below it on a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "app/progress_text.hpp"
#include "app/time_left.hpp"
#include "app/worker.hpp"
#include "sim/trace_records.hpp"

namespace mlaasim::app {

/// Lives on rank 0. All goes to stdout, the bar only on a terminal: mpirun passes the two
/// streams on independently, and a bar on the other one would land inside a row.
class ProgressDisplay {
public:
    /// `first` is the first round that will be played: 0, the advertisements, unless the run is resumed.
    ProgressDisplay(const World& world, int ranks, std::uint32_t first);
    ~ProgressDisplay();
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;

    void begin_round(std::uint32_t round);
    /// Moves the bar, at most ten times a second.
    void training(const TrainingProgress& progress);
    /// Round 0 is done; it has no row.
    void end_advertising();
    /// The round is done: its row.
    void show(const sim::RoundRecord& round);
    /// A line above the bar.
    void note(const std::string& line);

    /// What is to watch the training for the bar; empty where there is none.
    [[nodiscard]] std::function<void(const TrainingProgress&)> watcher();

private:
    using Clock = std::chrono::steady_clock;

    [[nodiscard]] double now() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
    void draw_bar();
    void clear_bar() const;

    Scenario scenario_;
    bool terminal_;
    Colour colour_;
    Clock::time_point start_ = Clock::now();
    TimeLeft time_left_;
    BarState bar_;
    double drawn_ = 0.0;  ///< when the bar was drawn last
};

}  // namespace mlaasim::app
