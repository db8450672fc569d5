// What a person sees of a run: a row per round, a progress bar below it on a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

#include "app/scenario.hpp"
#include "sim/trace_records.hpp"

namespace mlaasim::app {

/// Lives on rank 0. All goes to stdout, the bar only on a terminal: mpirun passes the two
/// streams on independently, and a bar on the other one would land inside a row.
class ProgressDisplay {
public:
    /// `first` is the round before the first that will be played.
    ProgressDisplay(const Scenario& scenario, int ranks, std::uint32_t first);
    ~ProgressDisplay();
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;

    /// The rounds begin: the time left is estimated from here on.
    void begin_rounds() { start_ = std::chrono::steady_clock::now(); }
    void show(const sim::RoundRecord& round);
    /// A line above the bar.
    void note(const std::string& line);

private:
    void draw_bar(std::uint32_t done);
    void clear_bar() const;

    std::int64_t rounds_;
    std::uint32_t first_;
    bool terminal_;
    bool colour_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace mlaasim::app
