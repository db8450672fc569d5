#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "study/quantity_text.hpp"
#include "study/report/grid.hpp"
#include "study/report/html_table.hpp"
#include "study/report/sections.hpp"

namespace mlaasim::study {
namespace {

using ByClient = std::map<std::uint32_t, std::vector<const sim::ServingRecord*>>;

const std::vector<CellColour>& colours() {
    static const std::vector<CellColour> all{{"plainly: the composition as it is", {200, 205, 212}},
                                             {"plainly: labels refuted something else", {240, 228, 66}},
                                             {"samples turned back", {0, 114, 178}},
                                             {"flagged samples by an adapted model", {0, 158, 115}},
                                             {"predictions weighted by the mix of classes", {204, 121, 167}},
                                             {"cluttered samples restored", {213, 94, 0}},
                                             {"drifted samples by a model with shared statistics", {86, 180, 233}}};
    return all;
}

std::uint8_t colour_of(const sim::ServingRecord& row) {
    const std::string_view branch = row.branch.view();
    if (branch == "plain") {
        return row.reason.view() == "not proved" ? 1 : 0;
    }
    return branch == "aligned" ? 2 : branch == "adapted" ? 3 : branch == "weighted" ? 4 : branch == "restored" ? 5 : 6;
}

std::string words_of(const sim::ServingRecord& row) {
    std::string words = std::string{row.reason.view()};
    if (row.branch.view() == "aligned") {
        words += fmt::format(", by {} degrees", number_text(row.angle));
    }
    if (!std::isnan(row.flagged)) {
        words += fmt::format(", {} flagged", percent_text(row.flagged));
    }
    return words;
}

/// A window that is looked at in a round serves the next one.
Markup branches(const RunView& run, const ByClient& clients) {
    Grid grid{.id = "serving-branches",
              .title = "How each client was served",
              .row_word = "client",
              .column_word = "round",
              .colours = colours()};
    for (const double round : run.rounds) {
        grid.texts.columns.push_back(number_text(round));
    }
    for (const auto& [client, rows] : clients) {
        std::vector<std::uint8_t> cells(run.rounds.size(), 0);
        std::vector<std::string> words(run.rounds.size(), "nothing was looked at before");
        for (const sim::ServingRecord* const row : rows) {
            if (row->round < cells.size()) {
                cells[row->round] = colour_of(*row);
                words[row->round] = words_of(*row);
            }
        }
        grid.cells.push_back(std::move(cells));
        grid.texts.cells.push_back(std::move(words));
        grid.texts.rows.push_back(std::to_string(client));
    }
    return draw(grid);
}

Markup served_and_plain(const RunView& run) {
    LineChart chart{.id = "served-accuracy",
                    .title = "Share of the clients' samples answered right, as served and by the composition alone",
                    .unit = Unit::share,
                    .x = run.rounds,
                    .lines = {{.label = "the composition as it is", .colour = 1, .values = {}},
                              {.label = "as served", .colour = 0, .values = {}}},
                    .marks = run.marks};
    for (const sim::RoundRecord& round : run.trace.rounds) {
        chart.lines[0].values.push_back(round.plain_accuracy);
        chart.lines[1].values.push_back(round.accuracy);
    }
    return draw(chart);
}

Markup clients_table(const RunView& run, const ByClient& clients) {
    struct Right {
        double served = 0.0;
        double plain = 0.0;
        double samples = 0.0;
    };
    std::map<std::uint32_t, Right> right;
    for (const sim::ClientRecord& row : run.trace.clients) {
        const auto samples = static_cast<double>(row.samples);
        Right& client = right[row.client];
        client.served += row.accuracy * samples;
        client.plain += row.plain_accuracy * samples;
        client.samples += samples;
    }
    HtmlTable table{{"client", "in the end", "why", "turned by", "flagged", "rounds not served plainly",
                     "right as served", "right by the composition alone"}};
    for (const auto& [client, rows] : clients) {
        const sim::ServingRecord& last = *rows.back();
        const auto moved = std::ranges::count_if(rows, [](const auto* row) { return row->branch.view() != "plain"; });
        const Right& sums = right[client];
        const auto share = [&](double part) { return percent_text(sums.samples > 0.0 ? part / sums.samples : NAN); };
        table.add({std::to_string(client), std::string{last.branch.view()}, std::string{last.reason.view()},
                   std::isnan(last.angle) ? "-" : fmt::format("{:.1f}°", last.angle),
                   percent_text(std::isnan(last.flagged) ? last.flagged_aligned : last.flagged), std::to_string(moved),
                   share(sums.served), share(sums.plain)});
    }
    return clients.size() > 12 ? foldable("All clients as a table", table.markup()) : table.markup();
}

}  // namespace

Markup serving_section(const RunView& run) {
    ByClient clients;
    for (const sim::ServingRecord& row : run.trace.serving) {
        clients[row.client].push_back(&row);
    }
    if (clients.empty()) {
        return {};
    }
    return section(
        "serving", "What each client was served",
        "Each window of a client is looked at, without its labels. What it shows serves the next round, or, with "
        "look_first, the same one. The two curves are of the same samples.",
        served_and_plain(run) + branches(run, clients) + clients_table(run, clients));
}

}  // namespace mlaasim::study
