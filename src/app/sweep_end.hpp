// What is said when a sweep has ended, or is looked at in between.
#pragma once

#include <filesystem>
#include <vector>

#include "study/results.hpp"
#include "study/runner.hpp"

namespace mlaasim::app {

/// Where the results are, the table unless it is long, and how many points are not complete.
void print_results(const std::filesystem::path& folder, const study::StoredStudy& study, const study::Results& results);

/// Names the points of the study that have failed, with the last lines of their logs.
void print_failures(const std::filesystem::path& folder, const std::vector<study::CollectedPoint>& points);

/// Names the points that failed in this sweep.
void print_failures(const std::filesystem::path& folder, const std::vector<study::FailedPoint>& points);

/// Says how the sweep ended, the failed points with the last lines of their logs; returns the exit code.
[[nodiscard]] int end_of_sweep(const std::filesystem::path& folder, const study::SweepOutcome& outcome);

}  // namespace mlaasim::app
