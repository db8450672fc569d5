// What the runs of a study have found so far.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "study/study_folder.hpp"

namespace mlaasim::study {

/// One point: how far it has come, and its metrics once it is complete.
struct CollectedPoint {
    StoredPoint point;
    PointStatus status;
    std::vector<std::optional<double>> metrics{};  ///< in the order of StoredStudy::metrics; empty before
};

/// Reads the traces of all points. A trace whose metrics can't be read makes its point a failed one.
[[nodiscard]] std::vector<CollectedPoint> collect(const std::filesystem::path& folder, const StoredStudy& study);

/// Metrics with conditions that no row of any complete point meets, such as those with a word that is misspelt. None
/// while no point is complete.
[[nodiscard]] std::vector<Named> metrics_without_rows(const StoredStudy& study,
                                                      const std::vector<CollectedPoint>& points);

/// A metric over the seeds of one setting.
struct Summary {
    std::string setting;
    std::vector<Named> values{};  ///< of the swept keys
    std::string metric;
    std::size_t seeds = 0;  ///< complete points that have the metric
    std::optional<double> mean{};
    std::optional<double> low{};  ///< of the mean's 95 % interval
    std::optional<double> high{};
    std::string baseline{};                  ///< the setting that this one is compared with; empty when there is none
    std::size_t pairs = 0;                   ///< seeds that both settings have
    std::optional<double> difference{};      ///< mean over the pairs, this setting less its baseline
    std::optional<double> difference_low{};  ///< of its 95 % interval
    std::optional<double> difference_high{};
    std::optional<double> p{};           ///< of the Wilcoxon signed-rank test
    std::optional<double> adjusted_p{};  ///< by Holm, over all settings of the metric that are compared
};

/// Settings in the order of the study, and for each its metrics in theirs.
[[nodiscard]] std::vector<Summary> summaries(const StoredStudy& study, const std::vector<CollectedPoint>& points);

}  // namespace mlaasim::study
