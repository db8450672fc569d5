#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "study/quantity_text.hpp"
#include "study/report/html_table.hpp"
#include "study/report/sections.hpp"

namespace mlaasim::study {
namespace {

/// What services train for.
struct Purpose {
    const char* name = "";
    std::int64_t trainings = 0;
    double bytes = 0.0;
    double joules = 0.0;
};
enum PurposeNumber : std::size_t { advertising, membership, trial };

PurposeNumber purpose_of(std::uint32_t round, std::string_view role) {
    return round == 0 ? advertising : role == "candidate" ? trial : membership;
}

Markup totals(const RunTrace& trace) {
    std::array<Purpose, 3> purposes{Purpose{"advertising, in round 0"}, Purpose{"members"},
                                    Purpose{"candidates on trial"}};
    for (const sim::ServiceRecord& service : trace.services) {
        Purpose& purpose = purposes[purpose_of(service.round, service.role.view())];
        purpose.trainings += service.status.view() == "outage" ? 0 : 1;
        purpose.bytes += static_cast<double>(service.bytes);
        purpose.joules += service.energy_j;
    }
    for (const sim::OmittedRecord& others : trace.omitted) {
        Purpose& purpose = purposes[purpose_of(others.round, others.role.view())];
        purpose.trainings += others.trainings;
        purpose.bytes += static_cast<double>(others.bytes);
        purpose.joules += others.energy_j;
    }
    HtmlTable table{{"trainings of", "number", "traffic", "energy"}};
    Purpose all{"all"};
    for (const Purpose& purpose : purposes) {
        table.add(
            {purpose.name, std::to_string(purpose.trainings), bytes_text(purpose.bytes), energy_text(purpose.joules)});
        all.trainings += purpose.trainings;
        all.bytes += purpose.bytes;
        all.joules += purpose.joules;
    }
    table.add({all.name, std::to_string(all.trainings), bytes_text(all.bytes), energy_text(all.joules)});
    return table.markup();
}

}  // namespace

Markup cost_section(const RunView& run) {
    const RunTrace& trace = run.trace;
    if (trace.rounds.empty()) {
        return {};
    }
    std::array<std::vector<double>, 2> bytes;  // of members, of candidates
    std::array<std::vector<double>, 2> joules;
    for (auto* const kinds : {&bytes, &joules}) {
        for (std::vector<double>& values : *kinds) {
            values.assign(run.rounds.size(), 0.0);
        }
    }
    const auto add = [&](const auto& of) {
        if (of.round > 0) {
            const std::size_t whose = purpose_of(of.round, of.role.view()) == membership ? 0 : 1;
            bytes[whose][of.round - 1] += static_cast<double>(of.bytes);
            joules[whose][of.round - 1] += of.energy_j;
        }
    };
    std::ranges::for_each(trace.services, add);
    std::ranges::for_each(trace.omitted, add);
    std::vector<double> latency;
    latency.reserve(trace.rounds.size());
    for (const sim::RoundRecord& round : trace.rounds) {
        latency.push_back(round.latency_ms);
    }
    const Markup traffic =
        draw(LineChart{.id = "traffic",
                       .title = "Modelled traffic of trainings, up and down",
                       .unit = Unit::bytes,
                       .from_zero = true,
                       .x = run.rounds,
                       .lines = {{.label = "members", .colour = 0, .values = bytes[0]},
                                 {.label = "candidates on trial", .colour = 1, .values = bytes[1]}}});
    const Markup energy =
        draw(LineChart{.id = "energy",
                       .title = "Modelled energy of trainings",
                       .unit = Unit::joules,
                       .from_zero = true,
                       .x = run.rounds,
                       .lines = {{.label = "members", .colour = 0, .values = joules[0]},
                                 {.label = "candidates on trial", .colour = 1, .values = joules[1]}}});
    const Markup time = draw(LineChart{.id = "latency",
                                       .title = "Modelled time of a round: the slowest member",
                                       .unit = Unit::milliseconds,
                                       .from_zero = true,
                                       .x = run.rounds,
                                       .lines = {{.label = "slowest member", .colour = 0, .values = latency}}});
    return section("cost", "Cost, modelled",
                   "By the cost model of docs/qos.md, which is the same on every machine. Assessment and adaptation at "
                   "test time have no "
                   "modelled cost.",
                   totals(trace) + traffic + energy + time);
}

}  // namespace mlaasim::study
