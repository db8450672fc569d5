#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/core/counted.hpp"
#include "study/quantity_text.hpp"
#include "study/report/decision.hpp"
#include "study/report/html_table.hpp"
#include "study/report/sections.hpp"

namespace mlaasim::study {
namespace {

using Actions = std::vector<const sim::ActionRecord*>;

constexpr std::size_t most_rows_of_a_round = 60;

/// From 0 in the middle to the gain, on an axis from -largest to largest.
Markup gain_bar(const sim::ActionRecord& action, double largest) {
    if (!(largest > 0.0) || std::isnan(action.mean)) {
        return cell("");
    }
    const double length = 50.0 * std::min(1.0, std::abs(action.mean) / largest);
    return element(
        "td", {},
        element("svg", {{"class", "bar wide"}, {"viewBox", "0 0 100 8"}, {"preserveAspectRatio", "none"}},
                element("rect", {{"class", action.committed != 0 ? "fill c2" : "fill c3"},
                                 {"x", number_text(action.mean < 0.0 ? 50.0 - length : 50.0)},
                                 {"width", number_text(length)},
                                 {"height", "8"}}) +
                    element("rect", {{"class", "fill c6"}, {"x", "49.5"}, {"width", "1"}, {"height", "8"}})));
}

double largest_of(const Actions& actions) {
    double largest = 0.0;
    for (const sim::ActionRecord* const action : actions) {
        largest = std::isnan(action->mean) ? largest : std::max(largest, std::abs(action->mean));
    }
    return largest;
}

/// `by_round` has a column for the round.
Markup table_of(const Actions& actions, double largest, bool by_round) {
    std::vector<std::string> head{"step",     "change",           "gain", "", "at least, all together", "samples",
                                  "compared", "what became of it"};
    if (by_round) {
        head.insert(head.begin(), "round");
    }
    HtmlTable table{head};
    for (const sim::ActionRecord* const action : actions) {
        std::vector<Markup> row{
            cell(std::to_string(action->step)),     element("td", {{"class", "whole"}}, change_text(*action)),
            cell(number_text(action->mean)),        gain_bar(*action, largest),
            cell(number_text(action->lower_bound)), cell(std::to_string(action->samples)),
            cell(std::to_string(action->actions)),  cell(action->outcome.view())};
        if (by_round) {
            row.insert(row.begin(), cell(std::to_string(action->round)));
        }
        table.add(std::move(row));
    }
    return table.markup();
}

/// What a round compared, the largest gain of a step first.
Markup round_of(std::uint32_t round, Actions actions, double largest) {
    std::ranges::stable_sort(actions, [](const sim::ActionRecord* a, const sim::ActionRecord* b) {
        return a->step != b->step ? a->step < b->step : a->mean > b->mean;
    });
    const auto made = std::ranges::count_if(actions, [](const auto* action) { return action->committed != 0; });
    const std::string summary =
        fmt::format("Round {}: {} compared, {} made", round, sim::counted(std::ssize(actions), "change"), made);
    const std::size_t all = actions.size();
    actions.resize(std::min(all, most_rows_of_a_round));
    const Markup note = all > actions.size()
                            ? element("p", {}, fmt::format("{} more are in the table actions.", all - actions.size()))
                            : Markup{};
    return foldable(summary, table_of(actions, largest, false) + note);
}

Markup evidence_tiles(const RunTrace& trace) {
    std::map<std::string, std::int64_t> spent;
    for (const sim::EvidenceRecord& row : trace.evidence) {
        spent[std::string{row.tier.view()}] += row.spent;
    }
    Markup tiles;
    const auto add = [&](const char* tier, const char* label) {
        if (spent[tier] > 0) {
            tiles += tile(std::to_string(spent[tier]), label);
        }
    };
    add("labels", "labelled samples used, never scored");
    add("trials", "trainings of candidates on trial");
    add("unlabelled", "samples used without their labels, after they were scored");
    add("complaints", "complaints of clients");
    return tiles.empty() ? tiles : element("div", {{"class", "tiles"}}, tiles);
}

}  // namespace

Markup actions_section(const RunView& run) {
    std::map<std::uint32_t, Actions> rounds;
    Actions all;
    Actions made;
    for (const sim::ActionRecord& action : run.trace.actions) {
        rounds[action.round].push_back(&action);
        all.push_back(&action);
        if (action.committed != 0 || action.action.view() == "collapse") {
            made.push_back(&action);
        }
    }
    const double largest = largest_of(all);
    Markup content = evidence_tiles(run.trace) + table_of(made, largest_of(made), true);
    Markup considered;
    for (const auto& [round, actions] : rounds) {
        considered += round_of(round, actions, largest);
    }
    if (!considered.empty()) {
        content += foldable("All that was compared, round by round", considered);
    }
    return section(
        "actions", "Changes and their evidence",
        "Changes are proposed on some of a round's labelled samples, and made when others prove that they gain "
        "together: half of what the Brier loss falls by, at least, must be above 0.",
        content);
}

}  // namespace mlaasim::study
