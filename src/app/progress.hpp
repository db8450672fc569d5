// What a person sees of a run: a row per round, a progress bar below it on a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "app/progress_text.hpp"
#include "app/time_left.hpp"
#include "run/observer.hpp"
#include "sim/trace/records.hpp"

namespace mlaasim::app {

/// Lives on rank 0. All goes to stdout, the bar only on a terminal: mpirun passes the two
/// streams on independently, and a bar on the other one would land inside a row.
class ProgressDisplay final : public run::RunObserver {
public:
    /// `first` is the first round that will be played: 0, the advertisements, unless the run is resumed.
    ProgressDisplay(const run::World& world, int ranks, std::uint32_t first);
    ~ProgressDisplay() override;
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;

    void begin_round(std::uint32_t round) override;
    /// Moves the bar, at most ten times a second; empty where there is no bar.
    [[nodiscard]] std::function<void(const run::TrainingProgress&)> training_watcher() override;
    void end_advertising() override;
    /// Prints the round's row.
    void end_round(const sim::RoundRecord& round) override;
    /// Prints what was found out and done, and where the trace is.
    void end_run(const std::filesystem::path& trace) override;
    /// Prints a line above the bar.
    void note(const std::string& line) override;

private:
    using Clock = std::chrono::steady_clock;

    [[nodiscard]] double now() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
    void training(const run::TrainingProgress& progress);
    void draw_bar();
    void clear_bar() const;

    run::Scenario scenario_;
    bool terminal_;
    Colour colour_;
    Clock::time_point start_ = Clock::now();
    TimeLeft time_left_;
    BarState bar_;
    double drawn_ = 0.0;  ///< when the bar was drawn last
};

}  // namespace mlaasim::app
