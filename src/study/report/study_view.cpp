#include "study/report/study_view.hpp"

#include <algorithm>

#include "sim/core/error.hpp"
#include "sim/storage/records_of.hpp"
#include "study/damage.hpp"

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
