// The mean of several runs, round by round, with its 95 % interval.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/trace/records.hpp"
#include "study/report/line_chart.hpp"
#include "study/statistics.hpp"

namespace mlaasim::study {

/// One of the columns of `rounds` that the report of a study draws.
struct RoundValue {
    const char* word;   ///< for ids: "accuracy"
    const char* title;  ///< "Share of the clients' samples answered right"
    Unit unit;
    double sim::RoundRecord::*value;
};
[[nodiscard]] std::span<const RoundValue> drawn_values();

/// Rounds that some of the runs do not have are the mean of the others. One run has no interval.
[[nodiscard]] Line mean_curve(const std::string& label, int colour, const RoundValue& what,
                              std::span<const std::vector<sim::RoundRecord>* const> runs, Bootstrap& bootstrap);

/// 1, 2, 3, ... up to the longest of the runs.
[[nodiscard]] std::vector<double> rounds_of(std::span<const std::vector<sim::RoundRecord>> runs);

}  // namespace mlaasim::study
