#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/core/counted.hpp"
#include "study/quantity_text.hpp"
#include "study/report/grid.hpp"
#include "study/report/html_table.hpp"
#include "study/report/sections.hpp"

namespace mlaasim::study {
namespace {

/// What a service was in a round; the later ones of this list show when several hold.
enum class Part : std::uint8_t { member, trial, outage, diverged, weak, adapted, replaced };

const std::vector<CellColour>& colours() {
    static const std::vector<CellColour> all{{"member", {86, 180, 233}},
                                             {"tried as a candidate", {0, 114, 178}},
                                             {"not reachable", {150, 150, 150}},
                                             {"diverged", {204, 121, 167}},
                                             {"member, underperforms", {240, 228, 66}},
                                             {"adapted at test time", {0, 158, 115}},
                                             {"replaced or let go after this round", {213, 94, 0}}};
    return all;
}

using Parts = std::map<std::uint32_t, std::map<std::uint32_t, Part>>;  // by service, by round

void raise(Parts& parts, std::uint32_t service, std::uint32_t round, Part part) {
    const auto [place, is_new] = parts[service].emplace(round, part);
    place->second = is_new ? part : std::max(place->second, part);
}

Part part_of(const sim::ServiceRecord& service) {
    return service.status.view() == "outage"     ? Part::outage
           : service.status.view() == "diverged" ? Part::diverged
           : service.role.view() == "candidate"  ? Part::trial
                                                 : Part::member;
}

/// Round 0 has trainings for advertisement alone, of all services: it is left out.
Parts parts_of(const RunView& run) {
    Parts parts;
    for (const sim::ServiceRecord& service : run.trace.services) {
        if (service.round > 0) {
            raise(parts, service.service, service.round, part_of(service));
        }
    }
    for (const RoundEvents& round : run.events) {
        for (const std::uint32_t service : round.weak) {
            raise(parts, service, round.round, Part::weak);
        }
        for (const std::uint32_t service : round.adapted) {
            raise(parts, service, round.round, Part::adapted);
        }
        for (const auto& replaced : round.replaced) {
            raise(parts, replaced.first, round.round, Part::replaced);
        }
        for (const std::uint32_t service : round.removed) {
            raise(parts, service, round.round, Part::replaced);
        }
    }
    return parts;
}

/// Services by the round in which they first play, then by id: newcomers stand below.
std::vector<std::uint32_t> order_of(const Parts& parts) {
    std::vector<std::uint32_t> services;
    for (const auto& entry : parts) {
        services.push_back(entry.first);
    }
    std::stable_sort(services.begin(), services.end(), [&](std::uint32_t a, std::uint32_t b) {
        return parts.at(a).begin()->first < parts.at(b).begin()->first;
    });
    return services;
}

Markup timeline(const RunView& run) {
    const Parts parts = parts_of(run);
    Grid grid{.id = "timeline",
              .title = "Who was a member when",
              .row_word = "service",
              .column_word = "round",
              .colours = colours()};
    for (const double round : run.rounds) {
        grid.texts.columns.push_back(number_text(round));
    }
    for (const std::uint32_t service : order_of(parts)) {
        std::vector<std::uint8_t> cells(run.rounds.size(), Grid::nothing);
        std::vector<std::string> words(run.rounds.size());
        for (const auto& [round, part] : parts.at(service)) {
            cells[round - 1] = static_cast<std::uint8_t>(part);
            words[round - 1] = colours()[static_cast<std::size_t>(part)].label;
        }
        grid.cells.push_back(std::move(cells));
        grid.texts.cells.push_back(std::move(words));
        grid.texts.rows.push_back(std::to_string(service));
    }
    return draw(grid);
}

Markup composition_at_the_end(const RunView& run) {
    std::map<std::uint32_t, const sim::ServiceRecord*> latest;
    std::map<std::uint32_t, std::uint32_t> since;  // of those that left and came back, since they came back
    std::map<std::uint32_t, std::uint32_t> last;
    for (const sim::ServiceRecord& service : run.trace.services) {
        // Where a member was not reachable, its row has no figures.
        if (!latest.contains(service.service) || part_of(service) != Part::outage) {
            latest[service.service] = &service;
        }
        if (service.role.view() == "member") {
            if (!last.contains(service.service) || service.round > last[service.service] + 1) {
                since[service.service] = service.round;
            }
            last[service.service] = service.round;
        }
    }
    std::map<std::uint32_t, double> score;
    for (const sim::AssessmentRecord& assessed : run.trace.assessment) {
        score[assessed.service] = assessed.score;
    }
    HtmlTable table{{"service", "member since round", "samples", "effectiveness", "quality", "reliability", "response",
                     "last contribution"}};
    const std::vector<std::uint32_t> members = members_at_the_end(run.trace);
    for (const std::uint32_t member : members) {
        // A damaged trace may replace a service by one that never trained.
        const sim::ServiceRecord service = latest.contains(member) ? *latest[member] : sim::ServiceRecord{};
        table.add({std::to_string(member),
                   since.contains(member) ? std::to_string(since[member]) : std::to_string(run.trace.last_round() + 1),
                   std::to_string(service.samples), percent_text(service.effectiveness), percent_text(service.quality),
                   percent_text(service.reliability), fmt::format("{} ms", number_text(service.response_ms)),
                   score.contains(member) ? number_text(score[member]) : "-"});
    }
    return foldable(fmt::format("The composition at the end: {} members, {}", members.size(),
                                run.trace.option("composition.aggregation", "aggregated")),
                    table.markup());
}

/// In the round that lacks most.
std::int64_t most_omitted_members(const RunTrace& trace) {
    std::int64_t most = 0;
    for (const sim::OmittedRecord& part : trace.omitted) {
        most = part.role.view() == "member" ? std::max(most, part.rows) : most;
    }
    return most;
}

}  // namespace

Markup members_section(const RunView& run) {
    if (run.trace.rounds.empty()) {
        return {};
    }
    if (const std::int64_t omitted = most_omitted_members(run.trace); omitted > 0) {
        const std::string kept = run.trace.option("trace.service_rows");
        const bool is_sample = kept == "auto" || kept == "sample";
        return section(
            "members", "Members",
            fmt::format("The trace leaves out the rows of up to {} a round (trace.service_rows: {}).",
                        sim::counted(omitted, "member"), kept),
            is_sample ? timeline(run) : element("p", {}, "So it can't be shown here who was a member when."));
    }
    return section(
        "members", "Members",
        "A row a service that was a member or was tried as a candidate. Services that came later stand further "
        "down.",
        timeline(run) + composition_at_the_end(run));
}

}  // namespace mlaasim::study
