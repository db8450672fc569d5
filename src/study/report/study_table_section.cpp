#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "study/quantity_text.hpp"
#include "study/report/html_table.hpp"
#include "study/report/sections.hpp"
#include "study/report/study_view.hpp"
#include "study/results.hpp"

namespace mlaasim::study {
namespace {

std::string probability_text(const std::optional<double>& p) { return p ? number_text(*p) : "-"; }

std::string optional_text(const Named& metric, const std::optional<double>& value) {
    return value ? value_text(metric, *value) : "-";
}

std::string interval_text(const Named& metric, const Summary& row) {
    return row.low && row.high ? fmt::format("[{}; {}]", value_text(metric, *row.low), value_text(metric, *row.high))
                               : "-";
}

/// "alpha=1, strategy=none": lines break between the keys.
std::string with_spaces(const std::string& setting) {
    std::string text;
    for (std::size_t i = 0; i < setting.size(); ++i) {
        text += setting[i];
        if (setting[i] == ',' && i + 1 < setting.size() && setting[i + 1] != ' ') {
            text += ' ';
        }
    }
    return text;
}

/// Means and intervals of one metric as bars on one scale.
Markup interval_bar(const Summary& row, double low, double high) {
    if (!row.mean || !(high > low)) {
        return element("td", {}, "");
    }
    const auto place = [&](double value) { return number_text(100.0 * (value - low) / (high - low)); };
    const double from = row.low.value_or(*row.mean);
    const double to = row.high.value_or(*row.mean);
    return element(
        "td", {},
        element(
            "svg", {{"class", "bar"}, {"viewBox", "-2 0 104 8"}, {"preserveAspectRatio", "none"}},
            element("rect", {{"class", "fill c4"},
                             {"x", place(from)},
                             {"y", "2"},
                             {"height", "4"},
                             {"width", number_text(std::max(0.5, 100.0 * (to - from) / (high - low)))}}) +
                element(
                    "rect",
                    {{"class", "fill c0"}, {"x", place(*row.mean)}, {"y", "0"}, {"height", "8"}, {"width", "1.5"}})));
}

Markup table_of(const StudyView& view, const Named& metric) {
    double low = HUGE_VAL;
    double high = -HUGE_VAL;
    bool compared = false;
    for (const Summary& row : view.table) {
        if (row.metric == metric.name && row.mean) {
            low = std::min(low, row.low.value_or(*row.mean));
            high = std::max(high, row.high.value_or(*row.mean));
            compared = compared || !row.baseline.empty();
        }
    }
    std::vector<std::string> head{"setting", "seeds", "mean", "95 % interval", ""};
    if (compared) {
        head.insert(head.end(), {"difference", "pairs", "p", "p (Holm)", ""});
    }
    HtmlTable table{head};
    for (const Summary& row : view.table) {
        if (row.metric != metric.name) {
            continue;
        }
        std::vector<Markup> cells{element("td", {{"class", "setting"}}, with_spaces(row.setting)),
                                  cell(std::to_string(row.seeds)), cell(optional_text(metric, row.mean)),
                                  element("td", {{"class", "whole"}}, interval_text(metric, row)),
                                  interval_bar(row, low, high)};
        if (compared) {
            const bool differs = row.adjusted_p && *row.adjusted_p < significance;
            cells.push_back(cell(optional_text(metric, row.difference)));
            cells.push_back(cell(row.baseline.empty() ? "-" : std::to_string(row.pairs)));
            cells.push_back(cell(probability_text(row.p)));
            cells.push_back(cell(probability_text(row.adjusted_p)));
            cells.push_back(element("td", {{"class", "holds"}}, differs ? "differs" : ""));
        }
        table.add(std::move(cells));
    }
    return table.markup();
}

std::string introduction(const StoredStudy& study) {
    std::string text = "Means over seeds with their 95 % bootstrap intervals.";
    if (study.baseline.empty()) {
        return text;
    }
    const bool named = study.baseline.front().name == "name";
    text += fmt::format(
        " Each setting is compared with {}{}, over the seeds that both have (pairs), by the Wilcoxon signed-rank test. "
        "p (Holm) counts that several settings are compared. \"differs\": p (Holm) is below {}.",
        baseline_text(study), !named && study.keys.size() > study.baseline.size() ? " at the same other values" : "",
        significance);
    return text;
}

}  // namespace

Markup study_table_section(const StudyView& view) {
    Markup tables;
    for (const Named& metric : view.study.metrics) {
        const Markup table = table_of(view, metric);
        if (!table.empty()) {
            tables += element("h3", {}, metric.name) + element("p", {{"class", "intro"}}, metric.value) + table;
        }
    }
    return section("table", "Table", introduction(view.study), tables);
}

}  // namespace mlaasim::study
