#include <fmt/format.h>

#include <map>
#include <optional>

#include "study/quantity_text.hpp"
#include "study/report/html_table.hpp"
#include "study/report/sections.hpp"
#include "study/report/study_view.hpp"

namespace mlaasim::study {

Markup study_overview_section(const StudyView& view) {
    std::map<PointState, std::size_t> counts;
    for (const CollectedPoint& collected : view.points) {
        ++counts[collected.status.state];
    }
    std::vector<std::string> states;
    states.reserve(counts.size());
    for (const auto& [state, count] : counts) {
        states.push_back(fmt::format("{} {}", count, word_of(state)));
    }
    const Markup tiles =
        tile(fmt::format("{} of {}", counts[PointState::complete], view.points.size()), "points complete") +
        tile(std::to_string(view.settings.size()), "settings") +
        tile(std::to_string(view.study.keys.size()), "swept keys") +
        tile(std::to_string(view.study.metrics.size()), "metrics");
    const std::string keys =
        view.study.keys.empty() ? "No key is swept." : "Swept: " + list_text(view.study.keys, 40) + ".";
    return section("overview", "The study in short",
                   "A point is one run: a setting of the swept keys, and a seed. What is incomplete is left out of "
                   "curves and tables.",
                   element("div", {{"class", "tiles"}}, tiles) +
                       element("p", {}, fmt::format("{} Points: {}.", keys, list_text(states))));
}

Markup study_points_section(const StudyView& view) {
    std::vector<std::string> head{"point", "seed", "state", "round"};
    for (const Named& metric : view.study.metrics) {
        head.push_back(metric.name);
    }
    HtmlTable table{head};
    for (const CollectedPoint& collected : view.points) {
        const bool failed = collected.status.state == PointState::failed;
        std::vector<Markup> cells{
            cell(collected.point.name), cell(std::to_string(collected.point.seed)),
            cell(failed ? "failed: " + collected.status.failure : std::string{word_of(collected.status.state)}),
            cell(std::to_string(collected.status.round))};
        for (std::size_t i = 0; i < view.study.metrics.size(); ++i) {
            const std::optional<double> value = i < collected.metrics.size() ? collected.metrics[i] : std::nullopt;
            cells.push_back(value ? rounded_cell(value_text(view.study.metrics[i], *value), *value) : cell("-"));
        }
        table.add(std::move(cells));
    }
    HtmlTable metrics{{"metric", "what it is"}};
    for (const Named& metric : view.study.metrics) {
        metrics.add({metric.name, metric.value});
    }
    const Markup scenario = element("pre", {}, element("code", {}, view.study.scenario));
    return section("points", "Points and scenario", "Every run of the study, and the scenario of the first one.",
                   foldable("All points", table.markup()) + foldable("The metrics", metrics.markup()) +
                       foldable("The scenario of the first point", scenario) +
                       element("p", {}, "Written by mlaasim " + view.study.version + "."));
}

}  // namespace mlaasim::study
