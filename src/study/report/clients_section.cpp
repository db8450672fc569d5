#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "study/order_statistics.hpp"
#include "study/quantity_text.hpp"
#include "study/report/cividis.hpp"
#include "study/report/grid.hpp"
#include "study/report/html_table.hpp"
#include "study/report/sections.hpp"

namespace mlaasim::study {
namespace {

using ByClient = std::map<std::uint32_t, std::vector<const sim::ClientRecord*>>;

struct Range {
    double low = 1.0;
    double high = 0.0;
};

Range range_of(const RunTrace& trace) {
    Range range;
    for (const sim::ClientRecord& client : trace.clients) {
        range.low = std::min(range.low, client.accuracy);
        range.high = std::max(range.high, client.accuracy);
    }
    range.high = std::max(range.high, range.low + 1e-9);
    return range;
}

Markup heat_map(const RunView& run, const ByClient& clients) {
    const Range range = range_of(run.trace);
    Grid grid{.id = "client-accuracy",
              .title = "Share of each client's samples answered right",
              .row_word = "client",
              .column_word = "round"};
    for (std::size_t step = 0; step < cividis.size(); ++step) {
        const bool at_an_end = step == 0 || step + 1 == cividis.size();
        const double edge = step == 0 ? range.low : range.high;
        grid.colours.push_back({at_an_end ? percent_text(edge) : "", cividis[step]});
    }
    for (const double round : run.rounds) {
        grid.texts.columns.push_back(number_text(round));
    }
    for (const auto& [client, records] : clients) {
        std::vector<std::uint8_t> cells(run.rounds.size(), Grid::nothing);
        std::vector<std::string> words(run.rounds.size());
        for (const sim::ClientRecord* const record : records) {
            const double step =
                (record->accuracy - range.low) / (range.high - range.low) * static_cast<double>(cividis.size());
            cells[record->round - 1] = static_cast<std::uint8_t>(std::clamp(step, 0.0, 9.0));
            words[record->round - 1] = percent_text(record->accuracy);
        }
        grid.cells.push_back(std::move(cells));
        grid.texts.cells.push_back(std::move(words));
        grid.texts.rows.push_back(std::to_string(client));
    }
    return draw(grid);
}

Markup spread(const RunView& run) {
    std::map<std::uint32_t, std::vector<double>> by_round;
    for (const sim::ClientRecord& client : run.trace.clients) {
        by_round[client.round].push_back(client.accuracy);
    }
    LineChart chart{.id = "client-spread",
                    .title = "The client with the least, the one in the middle, and the one with the most",
                    .unit = Unit::share,
                    .x = {},
                    .lines = {},
                    .marks = run.marks};
    chart.lines = {{.label = "median", .colour = 0, .values = {}},
                   {.label = "lowest", .colour = 1, .values = {}},
                   {.label = "highest", .colour = 2, .values = {}}};
    for (auto [round, values] : by_round) {
        std::sort(values.begin(), values.end());
        chart.x.push_back(round);
        chart.lines[0].values.push_back(median(values));
        chart.lines[1].values.push_back(values.front());
        chart.lines[2].values.push_back(values.back());
    }
    return draw(chart);
}

Markup clients_table(const ByClient& clients) {
    HtmlTable table{{"client", "samples", "right on average", "right in the last round", "F1 in the last round",
                     "worst round", "right in it"}};
    for (const auto& [client, records] : clients) {
        double right = 0.0;
        std::int64_t samples = 0;
        const sim::ClientRecord* worst = records.front();
        for (const sim::ClientRecord* const record : records) {
            right += record->accuracy * static_cast<double>(record->samples);
            samples += record->samples;
            worst = record->accuracy < worst->accuracy ? record : worst;
        }
        table.add({std::to_string(client), std::to_string(samples),
                   samples > 0 ? percent_text(right / static_cast<double>(samples)) : "-",
                   percent_text(records.back()->accuracy), percent_text(records.back()->f1),
                   std::to_string(worst->round), percent_text(worst->accuracy)});
    }
    return foldable("All clients as a table", table.markup());
}

}  // namespace

Markup clients_section(const RunView& run) {
    ByClient clients;
    for (const sim::ClientRecord& client : run.trace.clients) {
        if (client.round > 0) {
            clients[client.client].push_back(&client);
        }
    }
    if (clients.empty()) {
        return {};
    }
    return section("clients", "Clients", "What each client had in each round, before the round's own response.",
                   heat_map(run, clients) + spread(run) + clients_table(clients));
}

}  // namespace mlaasim::study
