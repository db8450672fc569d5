#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "study/quantity_text.hpp"
#include "study/report/html_table.hpp"
#include "study/report/sections.hpp"

namespace mlaasim::study {
namespace {

/// The phases in the order in which a round has them.
constexpr std::array order{"mpi_init", "setup", "train",   "trial",     "collect", "aggregate",
                           "evaluate", "serve", "watch",   "distances", "assess",  "compose",
                           "adapt",    "fetch", "compare", "decide",    "record",  "commit"};

/// Seconds of the slowest rank, by phase and round.
using Phases = std::map<std::string, std::map<std::uint32_t, double>>;

Phases phases_of(const RunTrace& trace) {
    Phases phases;
    for (const sim::TimingRecord& timing : trace.timing) {
        double& slowest = phases[std::string{timing.phase.view()}][timing.round];
        slowest = std::max(slowest, timing.seconds);
    }
    return phases;
}

double sum_of(const std::map<std::uint32_t, double>& rounds) {
    double sum = 0.0;
    for (const auto& entry : rounds) {
        sum += entry.second;
    }
    return sum;
}

Markup totals(const RunTrace& trace, const Phases& phases) {
    const auto whole = phases.find("round");
    const double all = whole != phases.end() ? sum_of(whole->second) : 0.0;
    double resident = 0.0;
    std::set<std::uint32_t> ranks;
    for (const sim::TimingRecord& timing : trace.timing) {
        resident = std::max(resident, timing.resident_mib);
        ranks.insert(timing.rank);
    }
    HtmlTable table{{"phase", "time", "share of all rounds"}};
    for (const char* const name : order) {
        if (const auto phase = phases.find(name); phase != phases.end()) {
            const double seconds = sum_of(phase->second);
            const bool before = std::string_view{name} == "mpi_init" || std::string_view{name} == "setup";
            table.add({name, seconds_text(seconds), before || all <= 0.0 ? "-" : percent_text(seconds / all)});
        }
    }
    if (all > 0.0) {
        table.add({"all rounds", seconds_text(all), percent_text(1.0)});
    }
    return table.markup() + element("p", {},
                                    fmt::format("{} rank{}; at most {:.0f} MiB of memory a rank.", ranks.size(),
                                                ranks.size() == 1 ? "" : "s", resident));
}

}  // namespace

Markup time_section(const RunView& run) {
    if (run.trace.timing.empty()) {
        return {};
    }
    const Phases phases = phases_of(run.trace);
    LineChart chart{.id = "time-chart",
                    .title = "Seconds of a round by phase",
                    .unit = Unit::seconds,
                    .from_zero = true,
                    .x = run.rounds,
                    .lines = {}};
    int colour = 0;
    for (std::size_t i = 2; i < order.size(); ++i) {
        const auto phase = phases.find(order[i]);
        if (phase == phases.end()) {
            continue;
        }
        Line line{.label = order[i], .colour = colour++, .values = std::vector<double>(run.rounds.size(), 0.0)};
        for (const auto& [round, seconds] : phase->second) {
            if (round > 0) {
                line.values[round - 1] = seconds;
            }
        }
        chart.lines.push_back(std::move(line));
    }
    return section("time", "Time, measured",
                   "Measured on the machines of this run: of each phase the rank that took longest. It differs between "
                   "repetitions.",
                   totals(run.trace, phases) + draw(chart));
}

}  // namespace mlaasim::study
