// The results of a study as files. They depend on the traces alone, not on the order in which points were played.
//
//     runs.csv    a row a point: point, index, seed, swept keys, state, metrics (empty until the point is complete)
//     rounds.csv  a row a round of each complete point: point, index, seed, swept keys, and the columns of `rounds`
//     table.csv   a row a setting and metric: Summary
//     table.md    the same to read: a row a setting, a column a metric
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "study/collected.hpp"

namespace mlaasim::study {

/// What the files were made of.
struct Results {
    std::vector<CollectedPoint> points;
    std::vector<Summary> table;
};

/// Reads all traces and replaces the four files, each in one step. Processes that do so at the same time wait for each
/// other.
Results write_results(const std::filesystem::path& folder, const StoredStudy& study);

[[nodiscard]] std::string runs_csv(const StoredStudy& study, const std::vector<CollectedPoint>& points);
[[nodiscard]] std::string rounds_csv(const std::filesystem::path& folder, const StoredStudy& study,
                                     const std::vector<CollectedPoint>& points);
[[nodiscard]] std::string table_csv(const StoredStudy& study, const std::vector<Summary>& table);
[[nodiscard]] std::string table_markdown(const StoredStudy& study, const std::vector<CollectedPoint>& points,
                                         const std::vector<Summary>& table);

/// What settings are compared with, in words: "strategy=none".
[[nodiscard]] std::string baseline_text(const StoredStudy& study);
/// A setting differs from its baseline when its adjusted p is below this.
inline constexpr double significance = 0.05;

}  // namespace mlaasim::study
