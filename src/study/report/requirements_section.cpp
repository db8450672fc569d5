#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "study/quantity_text.hpp"
#include "study/report/html_table.hpp"
#include "study/report/sections.hpp"

namespace mlaasim::study {
namespace {

/// How far one requirement was met.
struct Met {
    std::int64_t yes = 0;
    std::int64_t all = 0;

    void include(const sim::SatisfactionRecord& row) {
        yes += row.met != 0 ? 1 : 0;
        ++all;
    }
    [[nodiscard]] double share() const { return static_cast<double>(yes) / static_cast<double>(all); }
};

Markup over_rounds(const RunView& run) {
    std::map<std::string, std::map<std::uint32_t, Met>> requirements;
    for (const sim::SatisfactionRecord& row : run.trace.satisfaction) {
        requirements[std::string{row.requirement.view()}][row.round].include(row);
    }
    LineChart chart{.id = "satisfaction",
                    .title = "Share of the clients that got what they require",
                    .unit = Unit::share,
                    .x = run.rounds,
                    .lines = {},
                    .marks = run.marks,
                    .range = {.low = 0.0, .high = 1.0}};
    for (auto& [requirement, rounds] : requirements) {
        Line line{.label = requirement, .colour = static_cast<int>(chart.lines.size()), .values = {}};
        for (const double round : run.rounds) {
            const auto found = rounds.find(static_cast<std::uint32_t>(round));
            line.values.push_back(found == rounds.end() ? NAN : found->second.share());
        }
        chart.lines.push_back(std::move(line));
    }
    return draw(chart);
}

Markup table_of(const RunTrace& trace) {
    struct Of {
        Met met{};
        double required = 0.0;
        double last = 0.0;
        std::uint32_t unmet = 0;  ///< the last round in which it was not met
    };
    std::map<std::pair<std::uint32_t, std::string>, Of> rows;
    for (const sim::SatisfactionRecord& row : trace.satisfaction) {
        Of& of = rows[{row.client, std::string{row.requirement.view()}}];
        of.met.include(row);
        of.required = row.required;
        of.last = row.observed;
        of.unmet = row.met != 0 ? of.unmet : row.round;
    }
    HtmlTable table{
        {"client", "requirement", "required", "got in the end", "rounds in which it was met", "last unmet in round"}};
    for (const auto& [key, of] : rows) {
        table.add({std::to_string(key.first), key.second, number_text(of.required), number_text(of.last),
                   fmt::format("{} of {}", of.met.yes, of.met.all), of.unmet == 0 ? "-" : std::to_string(of.unmet)});
    }
    return rows.size() > 12 ? foldable("All clients as a table", table.markup()) : table.markup();
}

}  // namespace

Markup requirements_section(const RunView& run) {
    if (run.trace.satisfaction.empty()) {
        return {};
    }
    return section("requirements", "What clients require",
                   "Accuracy is measured on each client's stream; latency, cost and availability are those of the cost "
                   "model, of the whole composition.",
                   over_rounds(run) + table_of(run.trace));
}

}  // namespace mlaasim::study
