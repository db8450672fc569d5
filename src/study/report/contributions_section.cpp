#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

#include "study/order_statistics.hpp"
#include "study/quantity_text.hpp"
#include "study/report/grid.hpp"
#include "study/report/sections.hpp"

namespace mlaasim::study {
namespace {

constexpr int steps = 4;                      ///< of colour on each side of the threshold
constexpr std::uint8_t reported = 2 * steps;  ///< the colour of members that the assessment reports

struct Scores {
    std::map<std::uint32_t, std::map<std::uint32_t, const sim::AssessmentRecord*>> by_service;  // and by round
    std::map<std::uint32_t, std::vector<double>> by_round;
    std::map<std::uint32_t, double> thresholds;
};

Scores scores_of(const RunTrace& trace) {
    Scores scores;
    for (const sim::AssessmentRecord& member : trace.assessment) {
        scores.by_service[member.service][member.round] = &member;
        scores.by_round[member.round].push_back(member.score);
        scores.thresholds[member.round] = member.threshold;
    }
    return scores;
}

/// The distance from the threshold that has the strongest colour: nine in ten are nearer.
double strongest(const RunTrace& trace) {
    std::vector<double> distances;
    for (const sim::AssessmentRecord& member : trace.assessment) {
        if (std::isfinite(member.score - member.threshold)) {
            distances.push_back(std::fabs(member.score - member.threshold));
        }
    }
    if (distances.empty()) {
        return 1.0;
    }
    return std::max(1e-12, quantile(std::move(distances), 0.9));
}

std::vector<CellColour> colours(double scale) {
    // From vermillion to blue: apart for every kind of colour vision.
    return {{fmt::format("{:.2g} or more below the threshold", scale), {178, 70, 0}},
            {"", {213, 94, 0}},
            {"", {235, 145, 80}},
            {"just below", {250, 205, 170}},
            {"just above", {190, 220, 240}},
            {"", {120, 180, 225}},
            {"", {50, 140, 200}},
            {fmt::format("{:.2g} or more above", scale), {0, 90, 150}},
            {"reported as underperforming", {240, 228, 66}}};
}

std::uint8_t colour_of(const sim::AssessmentRecord& member, double scale) {
    if (member.underperforming != 0) {
        return reported;
    }
    const double distance = (member.score - member.threshold) / scale;
    if (!std::isfinite(distance)) {
        return Grid::nothing;
    }
    return static_cast<std::uint8_t>(std::clamp(std::floor(distance * steps) + steps, 0.0, 2.0 * steps - 1.0));
}

Markup heat_map(const RunView& run, const Scores& scores) {
    const double scale = strongest(run.trace);
    Grid grid{.id = "contribution-map",
              .title = "Contribution of each assessed member, beside the threshold",
              .row_word = "service",
              .column_word = "round",
              .colours = colours(scale)};
    for (const auto& entry : scores.by_round) {
        grid.texts.columns.push_back(std::to_string(entry.first));
    }
    for (const auto& [service, rounds] : scores.by_service) {
        std::vector<std::uint8_t> cells;
        std::vector<std::string> words;
        for (const auto& entry : scores.by_round) {
            const auto member = rounds.find(entry.first);
            cells.push_back(member == rounds.end() ? Grid::nothing : colour_of(*member->second, scale));
            words.push_back(member == rounds.end() ? ""
                                                   : number_text(member->second->score) +
                                                         (member->second->underperforming != 0 ? ", reported" : ""));
        }
        grid.cells.push_back(std::move(cells));
        grid.texts.cells.push_back(std::move(words));
        grid.texts.rows.push_back(std::to_string(service));
    }
    return draw(grid);
}

Markup spread(const RunView& run, const Scores& scores) {
    LineChart chart{.id = "scores", .title = "Scores of the members, and the threshold", .x = {}, .lines = {}};
    chart.lines = {{.label = "median of the members", .colour = 0, .values = {}, .low = {}, .high = {}},
                   {.label = "lowest", .colour = 4, .values = {}},
                   {.label = "highest", .colour = 2, .values = {}},
                   {.label = "threshold", .colour = 1, .values = {}}};
    for (auto [round, values] : scores.by_round) {
        std::sort(values.begin(), values.end());
        chart.x.push_back(round);
        chart.lines[0].values.push_back(median(values));
        chart.lines[1].values.push_back(values.front());
        chart.lines[2].values.push_back(values.back());
        chart.lines[3].values.push_back(scores.thresholds.at(round));
    }
    std::copy_if(run.marks.begin(), run.marks.end(), std::back_inserter(chart.marks), [&](const ChartMark& mark) {
        return mark.from >= chart.x.front() && mark.to <= chart.x.back() && mark.kind != ChartMark::Kind::outage;
    });
    return draw(chart);
}

}  // namespace

Markup contributions_section(const RunView& run) {
    if (run.trace.assessment.empty()) {
        return {};
    }
    const Scores scores = scores_of(run.trace);
    return section(
        "contributions", "Contributions",
        "A member's score says what the composition loses without it (docs/composition.md). Members whose score "
        "is below the threshold underperform; of them the assessment reports no more than the scenario allows.",
        heat_map(run, scores) + spread(run, scores));
}

}  // namespace mlaasim::study
