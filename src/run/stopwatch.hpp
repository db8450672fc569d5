// Measures a phase of a round on this rank, for the trace's /timing.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "run/process.hpp"
#include "sim/core/ids.hpp"
#include "sim/trace/records.hpp"

namespace mlaasim::run {

/// Adds a timing row when it goes out of scope.
class Stopwatch {
public:
    Stopwatch(std::vector<sim::TimingRecord>& rows, int rank, sim::Round round, std::string_view phase)
        : rows_{rows}, rank_{rank}, round_{round}, phase_{phase} {}
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;
    ~Stopwatch() {
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start_;
        rows_.push_back({.round = round_.value(),
                         .rank = static_cast<std::uint32_t>(rank_),
                         .phase = phase_,
                         .seconds = seconds.count(),
                         .resident_mib = resident_mib(),
                         .items = items,
                         .imbalance = imbalance});
    }

    std::int64_t items = 0;  ///< services trained or clients evaluated
    double imbalance = 0.0;  ///< predicted, of the placement on the ranks

private:
    std::vector<sim::TimingRecord>& rows_;
    int rank_;
    sim::Round round_;
    std::string_view phase_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace mlaasim::run
