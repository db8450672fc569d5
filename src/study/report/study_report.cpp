#include "study/report/study_report.hpp"

#include "sim/core/counted.hpp"
#include "study/report/page.hpp"
#include "study/report/study_view.hpp"

namespace mlaasim::study {

std::string report_of_study(const std::filesystem::path& folder) {
    const StudyView view = read_study_view(folder);
    Page page{.title = view.study.name,
              .subtitle = "A study of mlaasim: " + sim::counted(static_cast<std::int64_t>(view.points.size()), "run")};
    page.add("overview", "In short", study_overview_section(view));
    page.add("curves", "Curves", study_curves_section(view));
    page.add("keys", "Key by key", study_keys_section(view));
    page.add("table", "Table", study_table_section(view));
    page.add("coordinates", "Parallel coordinates", study_coordinates_section(view));
    page.add("points", "Points", study_points_section(view));
    return html_of(page);
}

}  // namespace mlaasim::study
