#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "study/report/mean_curve.hpp"
#include "study/report/sections.hpp"
#include "study/report/study_view.hpp"

namespace mlaasim::study {
namespace {

constexpr std::size_t most_lines = 8;       ///< that can be told apart in one chart
constexpr std::size_t most_multiples = 48;  ///< small charts of one kind

using Runs = std::vector<const std::vector<sim::RoundRecord>*>;

Runs runs_of(const StudyView& view, const std::string& setting) {
    Runs runs;
    for (const std::size_t i : view.complete_points_of(setting)) {
        runs.push_back(&view.rounds[i]);
    }
    return runs;
}

std::vector<std::string> played_settings(const StudyView& view) {
    std::vector<std::string> played;
    std::copy_if(view.settings.begin(), view.settings.end(), std::back_inserter(played),
                 [&](const std::string& setting) { return !view.complete_points_of(setting).empty(); });
    return played;
}

Markup one_chart(const StudyView& view, const RoundValue& what, const std::vector<std::string>& settings,
                 Bootstrap& bootstrap) {
    LineChart chart{.id = std::string{"curves-"} + what.word,
                    .title = what.title,
                    .unit = what.unit,
                    .x = rounds_of(view.rounds),
                    .lines = {}};
    for (const std::string& setting : settings) {
        chart.lines.push_back(
            mean_curve(setting, static_cast<int>(chart.lines.size()), what, runs_of(view, setting), bootstrap));
    }
    return draw(chart);
}

/// Charts with one range, so that they can be compared.
Markup multiples(std::vector<LineChart> charts) {
    ChartRange range;
    for (const LineChart& chart : charts) {
        range.widen(chart);
    }
    Markup all;
    for (LineChart& chart : charts) {
        chart.range = range;
        chart.small = true;
        all += draw(chart);
    }
    return element("div", {{"class", "multiples"}}, all);
}

Markup chart_a_setting(const StudyView& view, const RoundValue& what, const std::vector<std::string>& settings,
                       Bootstrap& bootstrap) {
    std::vector<LineChart> charts;
    for (const std::string& setting : settings) {
        if (charts.size() == most_multiples) {
            break;
        }
        charts.push_back({.id = fmt::format("curve-{}-{}", what.word, charts.size()),
                          .title = setting,
                          .unit = what.unit,
                          .x = rounds_of(view.rounds),
                          .lines = {mean_curve("mean", 0, what, runs_of(view, setting), bootstrap)}});
    }
    return element("h3", {}, what.title) + multiples(std::move(charts));
}

/// Values of a key in the order of the study.
std::vector<std::string> values_of(const StudyView& view, const std::string& key) {
    std::vector<std::string> values;
    for (const CollectedPoint& collected : view.points) {
        const auto value = std::ranges::find(collected.point.values, key, &Named::name);
        if (value != collected.point.values.end() && std::ranges::find(values, value->value) == values.end()) {
            values.push_back(value->value);
        }
    }
    return values;
}

/// A line a value: the mean over all points that have it.
LineChart chart_of_key(const StudyView& view, const RoundValue& what, const std::string& key, std::size_t number,
                       Bootstrap& bootstrap) {
    LineChart chart{.id = fmt::format("key-{}-{}", what.word, number),
                    .title = key,
                    .unit = what.unit,
                    .x = rounds_of(view.rounds),
                    .lines = {}};
    for (const std::string& value : values_of(view, key)) {
        Runs runs;
        for (std::size_t i = 0; i < view.points.size(); ++i) {
            if (!view.rounds[i].empty() && std::ranges::find(view.points[i].point.values, Named{key, value}) !=
                                               view.points[i].point.values.end()) {
                runs.push_back(&view.rounds[i]);
            }
        }
        if (!runs.empty()) {
            chart.lines.push_back(mean_curve(value, static_cast<int>(chart.lines.size()), what, runs, bootstrap));
        }
    }
    return chart;
}

}  // namespace

Markup study_curves_section(const StudyView& view) {
    const std::vector<std::string> settings = played_settings(view);
    if (settings.empty()) {
        return {};
    }
    Bootstrap bootstrap;
    Markup charts;
    for (const RoundValue& what : drawn_values()) {
        charts += settings.size() <= most_lines ? one_chart(view, what, settings, bootstrap)
                                                : chart_a_setting(view, what, settings, bootstrap);
    }
    std::string introduction = "The mean over the seeds of each setting, with the 95 % bootstrap interval of the mean.";
    if (settings.size() > most_multiples) {
        introduction += fmt::format(" The first {} of {} settings are drawn.", most_multiples, settings.size());
    }
    return section("curves", "Curves", introduction, charts);
}

Markup study_keys_section(const StudyView& view) {
    if (played_settings(view).empty()) {
        return {};
    }
    Bootstrap bootstrap;
    Markup all;
    for (const RoundValue& what : drawn_values()) {
        std::vector<LineChart> charts;
        for (const std::string& key : view.study.keys) {
            LineChart chart = chart_of_key(view, what, key, charts.size(), bootstrap);
            if (chart.lines.size() >= 2 && chart.lines.size() <= most_lines) {
                charts.push_back(std::move(chart));
            }
        }
        if (!charts.empty()) {
            all += element("h3", {}, what.title) + multiples(std::move(charts));
        }
    }
    return section("keys", "Key by key",
                   "A chart a swept key, a line a value: the mean over all points that have this value, whatever their "
                   "other keys are. Keys "
                   "with more than 8 values are left out.",
                   all);
}

}  // namespace mlaasim::study
