#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "study/quantity_text.hpp"
#include "study/report/html_table.hpp"
#include "study/report/sections.hpp"

namespace mlaasim::study {
namespace {

Markup means(const RunView& run) {
    LineChart chart{.id = "watched",
                    .title = "Mean of what is watched on the round's labelled samples, and in the detector's window",
                    .from_zero = true,
                    .x = {},
                    .lines = {{.label = "the round", .colour = 0, .values = {}},
                              {.label = "the window, at the end of the round", .colour = 1, .values = {}}},
                    .marks = run.marks};
    for (const sim::MonitoringRecord& row : run.trace.monitoring) {
        chart.x.push_back(static_cast<double>(row.round));
        chart.lines[0].values.push_back(row.mean);
        chart.lines[1].values.push_back(row.window_mean);
    }
    return draw(chart);
}

Markup rounds_table(const RunTrace& trace) {
    HtmlTable table{{"round", "samples", "mean", "window", "mean in the window", "change", "unmet requirements",
                     "the strategy may respond"}};
    for (const sim::MonitoringRecord& row : trace.monitoring) {
        table.add({std::to_string(row.round), std::to_string(row.samples), number_text(row.mean),
                   std::to_string(row.window), number_text(row.window_mean), std::string{row.change.view()},
                   std::to_string(row.unmet), row.open != 0 ? "yes" : "no"});
    }
    return foldable("All rounds as a table", table.markup());
}

std::string introduction(const RunTrace& trace) {
    std::vector<std::uint32_t> alarms;
    std::size_t open = 0;
    for (const sim::MonitoringRecord& row : trace.monitoring) {
        if (row.change.view() == "rose") {
            alarms.push_back(row.round);
        }
        open += row.open != 0 ? 1 : 0;
    }
    const std::string heard =
        alarms.empty() ? std::string{"no alarm"}
                       : fmt::format("an alarm in round{} {}", alarms.size() == 1 ? "" : "s", list_text(alarms));
    return fmt::format("{}: {}. In {} of {} rounds the strategy might respond.",
                       trace.monitoring.front().trigger.view(), heard, open, trace.monitoring.size());
}

}  // namespace

Markup monitoring_section(const RunView& run) {
    const RunTrace& trace = run.trace;
    if (trace.monitoring.empty()) {
        return {};
    }
    const bool watches = std::ranges::any_of(trace.monitoring, [](const auto& row) { return row.samples > 0; });
    return section("monitoring", "Watching for change", introduction(trace),
                   (watches ? means(run) : Markup{}) + rounds_table(trace));
}

}  // namespace mlaasim::study
