#include <fmt/format.h>

#include <algorithm>

#include "study/quantity_text.hpp"
#include "study/report/sections.hpp"

namespace mlaasim::study {
namespace {

/// "2 by 21 replaced; 27 comes in"; empty where nobody came or left.
std::string exchange_text(const RoundEvents& round) {
    std::vector<std::string> parts;
    std::vector<std::string> pairs;
    for (const auto& [outgoing, incoming] : round.replaced) {
        pairs.push_back(fmt::format("{} by {}", outgoing, incoming));
    }
    const auto add = [&](const std::string& who, const char* what) {
        if (!who.empty()) {
            parts.push_back(fmt::format("{} {}", who, what));
        }
    };
    add(list_text(pairs), "replaced");
    add(list_text(round.integrated), "taken in");
    add(list_text(round.removed), "let go");
    return fmt::format("{}", fmt::join(parts, "; "));
}

/// More rounds with outages than this are no news: the members' timeline shows them.
constexpr std::ptrdiff_t most_marked_outages = 30;

std::vector<ChartMark> marks_of(const RunTrace& trace, const std::vector<RoundEvents>& events) {
    std::vector<ChartMark> marks;
    for (const DriftSpan& span : drift_spans(events)) {
        marks.push_back(
            {.kind = ChartMark::Kind::drift,
             .from = static_cast<double>(span.first),
             .to = static_cast<double>(span.last),
             .label = fmt::format("drift: {}, rounds {} to {}", drift_text(trace, span.entry), span.first, span.last)});
    }
    const auto add = [&](ChartMark::Kind kind, const RoundEvents& round, const std::string& label) {
        marks.push_back({.kind = kind,
                         .from = static_cast<double>(round.round),
                         .to = static_cast<double>(round.round),
                         .label = fmt::format("round {}: {}", round.round, label)});
    };
    const bool marks_outages = std::count_if(events.begin(), events.end(), [](const RoundEvents& round) {
                                   return !round.outages.empty();
                               }) <= most_marked_outages;
    for (const RoundEvents& round : events) {
        if (const std::string exchanged = exchange_text(round); !exchanged.empty()) {
            add(ChartMark::Kind::changed, round, exchanged);
        }
        if (!round.adapted.empty()) {
            add(ChartMark::Kind::adapted, round, list_text(round.adapted) + " adapted at test time");
        }
        if (marks_outages && !round.outages.empty()) {
            add(ChartMark::Kind::outage, round, list_text(round.outages) + " not reachable");
        }
    }
    return marks;
}

}  // namespace

RunView view_of(const RunTrace& trace) {
    RunView run{.trace = trace, .events = round_events(trace)};
    run.marks = marks_of(trace, run.events);
    for (const sim::RoundRecord& round : trace.rounds) {
        run.rounds.push_back(static_cast<double>(round.round));
    }
    return run;
}

Markup tile(const std::string& value, const std::string& label) {
    return element("div", {{"class", "tile"}}, element("strong", {}, value) + element("span", {}, label));
}

Markup section(const std::string& id, const std::string& title, const std::string& introduction,
               const Markup& content) {
    if (content.empty()) {
        return {};
    }
    return element("section", {{"id", id}},
                   element("h2", {}, title) + element("p", {{"class", "intro"}}, introduction) + content);
}

}  // namespace mlaasim::study
