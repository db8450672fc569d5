#include "study/report/study_view.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"
#include "sim/storage/records_of.hpp"
#include "study/damage.hpp"
#include "study/quantity_text.hpp"

namespace mlaasim::study {

std::vector<std::size_t> StudyView::complete_points_of(const std::string& setting) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (points[i].point.setting == setting && !rounds[i].empty()) {
            found.push_back(i);
        }
    }
    return found;
}

std::string value_text(const Named& metric, double value) {
    const std::string& expression = metric.value;
    const bool bytes = expression.find("bytes") != std::string::npos && !expression.ends_with(".count") &&
                       expression.find_first_of("*/ ()") == std::string::npos;
    return bytes && std::isfinite(value) ? bytes_text(value) : number_text(value);
}

StudyView read_study_view(const std::filesystem::path& folder) {
    StudyView view{.study = read_study(folder)};
    view.points = collect(folder, view.study);
    view.table = summaries(view.study, view.points);
    for (const CollectedPoint& collected : view.points) {
        view.rounds.emplace_back();
        if (collected.status.state == PointState::complete) {
            const std::filesystem::path trace = trace_of(folder, collected.point);
            view.rounds.back() = reading(trace, [&] { return sim::records_of<sim::RoundRecord>(trace); });
        }
        if (std::find(view.settings.begin(), view.settings.end(), collected.point.setting) == view.settings.end()) {
            view.settings.push_back(collected.point.setting);
        }
    }
    return view;
}

}  // namespace mlaasim::study
