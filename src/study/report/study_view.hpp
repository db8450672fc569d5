// A study, and what is made of it once for all sections of its report.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/trace/records.hpp"
#include "study/collected.hpp"
#include "study/report/markup.hpp"

namespace mlaasim::study {

struct StudyView {
    StoredStudy study;
    std::vector<CollectedPoint> points;
    std::vector<std::vector<sim::RoundRecord>> rounds;  ///< of each point; empty unless it is complete
    std::vector<Summary> table;
    std::vector<std::string> settings;  ///< in the order of the study

    /// Numbers of the complete points of a setting.
    [[nodiscard]] std::vector<std::size_t> complete_points_of(const std::string& setting) const;
};

/// A value of the metric: "20.3 MB" where its expression is one of bytes alone, as services.bytes.sum is.
[[nodiscard]] std::string value_text(const Named& metric, double value);

/// Reads study.json and all traces. Throws InputError unless the folder is one of a study.
[[nodiscard]] StudyView read_study_view(const std::filesystem::path& folder);

/// The sections, each in the file of its name; empty when the study has nothing for it.
[[nodiscard]] Markup study_overview_section(const StudyView& view);
[[nodiscard]] Markup study_curves_section(const StudyView& view);
[[nodiscard]] Markup study_keys_section(const StudyView& view);
[[nodiscard]] Markup study_table_section(const StudyView& view);
[[nodiscard]] Markup study_coordinates_section(const StudyView& view);
[[nodiscard]] Markup study_points_section(const StudyView& view);

}  // namespace mlaasim::study
