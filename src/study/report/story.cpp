#include "study/report/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include "sim/core/counted.hpp"
#include "study/quantity_text.hpp"
#include "study/report/clients_finding.hpp"

namespace mlaasim::study {
namespace {

constexpr std::size_t most_rounds_told = 6;

/// By how much accuracy fell from the round before to this one; 0 when it rose.
double fall_in(const RunTrace& trace, std::uint32_t round) {
    return round < 2 ? 0.0 : std::max(0.0, trace.rounds[round - 2].accuracy - trace.rounds[round - 1].accuracy);
}

/// The first round after this one in which accuracy is what it was before this one; 0 when there is none.
std::uint32_t back_after(const RunTrace& trace, std::uint32_t round) {
    const double before = trace.rounds[round - 2].accuracy;
    for (std::uint32_t later = round + 1; later <= trace.last_round(); ++later) {
        if (trace.rounds[later - 1].accuracy >= before - back_within) {
            return later;
        }
    }
    return 0;
}

std::string drifts_text(const RunTrace& trace, const std::vector<std::uint32_t>& entries) {
    std::vector<std::string> words;
    words.reserve(entries.size());
    for (const std::uint32_t entry : entries) {
        words.push_back(drift_text(trace, entry));
    }
    return list_text(words, 3);
}

std::string fall_text(const RunTrace& trace, std::uint32_t round) {
    const std::uint32_t back = back_after(trace, round);
    std::string text = fmt::format("accuracy falls from {} to {}", percent_text(trace.rounds[round - 2].accuracy),
                                   percent_text(trace.rounds[round - 1].accuracy));
    if (back > 0) {
        return text + fmt::format(" and is back in {}", sim::counted(back - round, "round"));
    }
    return text + (round < trace.last_round() ? " and does not come back" : "");
}

std::string replaced_text(const RoundEvents& events) {
    constexpr std::size_t most = 5;
    std::vector<std::uint32_t> outgoing;
    std::vector<std::uint32_t> incoming;
    for (const auto& pair : events.replaced) {
        outgoing.push_back(pair.first);
        incoming.push_back(pair.second);
    }
    return fmt::format("{} {} replaced by {}", list_text(outgoing, most), outgoing.size() == 1 ? "is" : "are",
                       list_text(incoming, most));
}

/// The deepest descent of accuracy from a round to a later one.
struct Descent {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    double depth = 0.0;
};

Descent deepest_descent(const RunTrace& trace) {
    Descent deepest;
    std::size_t peak = 0;
    for (std::size_t i = 1; i < trace.rounds.size(); ++i) {
        const double depth = trace.rounds[peak].accuracy - trace.rounds[i].accuracy;
        if (depth > deepest.depth) {
            deepest = {.from = trace.rounds[peak].round, .to = trace.rounds[i].round, .depth = depth};
        }
        peak = trace.rounds[i].accuracy > trace.rounds[peak].accuracy ? i : peak;
    }
    return deepest;
}

/// A descent over several rounds, which no single round tells; empty when there is none that matters.
std::string descent_text(const RunTrace& trace) {
    const Descent descent = deepest_descent(trace);
    if (descent.depth <= told_fall || descent.to == descent.from + 1) {
        return {};
    }
    return fmt::format("From round {} to round {} accuracy falls from {} to {}.", descent.from, descent.to,
                       percent_text(trace.rounds[descent.from - 1].accuracy),
                       percent_text(trace.rounds[descent.to - 1].accuracy));
}

/// How much a round has to do with how the run went.
double weight_of(const RunTrace& trace, const RoundEvents& events) {
    const double fall = events.round == 0 ? 0.0 : fall_in(trace, events.round);
    return 6.0 * static_cast<double>(events.drifts_begun.size()) + static_cast<double>(events.drifts_ended.size()) +
           std::min<double>(
               3.0, static_cast<double>(events.replaced.size() + events.integrated.size() + events.removed.size())) +
           (events.collapsed ? 2.0 : 0.0) + 0.2 * static_cast<double>(events.adapted.size()) +
           static_cast<double>(events.diverged.size() + events.not_adapted.size()) + (events.all_weak ? 2.0 : 0.0) +
           (events.alarm ? 3.0 : 0.0) + (events.only_class ? 0.1 : 0.0) + (fall > told_fall ? 40.0 * fall : 0.0);
}

std::string opening(const RunTrace& trace) {
    const auto best =
        std::max_element(trace.rounds.begin(), trace.rounds.end(),
                         [](const sim::RoundRecord& a, const sim::RoundRecord& b) { return a.accuracy < b.accuracy; });
    std::string text =
        fmt::format("{}: {}, {} of {} services, {}.", trace.name(), sim::counted(trace.last_round(), "round"),
                    trace.rounds.front().members, trace.option("services.count", "?"),
                    sim::counted(std::strtoll(trace.option("clients.count", "0").c_str(), nullptr, 10), "client"));
    text += fmt::format(" The clients had {} right in round 1, at best {} (round {}), {} in the end.",
                        percent_text(trace.rounds.front().accuracy), percent_text(best->accuracy), best->round,
                        percent_text(trace.rounds.back().accuracy));
    if (trace.last_round() < trace.planned_rounds()) {
        text += fmt::format(" {} of {} rounds are played.", trace.last_round(), trace.planned_rounds());
    }
    return text;
}

std::string closing(const RunTrace& trace, const std::vector<RoundEvents>& events) {
    Changes changes;
    std::int64_t outages = 0;
    std::int64_t diverged = 0;
    for (const RoundEvents& round : events) {
        changes.include(round);
        outages += static_cast<std::int64_t>(round.outages.size());
        diverged += static_cast<std::int64_t>(round.diverged.size() + round.not_adapted.size());
    }
    std::vector<std::string> words = changes.words();
    if (words.empty()) {
        words.emplace_back("no service replaced or adapted");
    }
    if (outages > 0) {
        words.push_back(sim::counted(outages, "outage"));
    }
    if (diverged > 0) {
        words.push_back(sim::counted(diverged, "divergence"));
    }
    double bytes = 0.0;
    double joules = 0.0;
    for (const sim::ServiceRecord& service : trace.services) {
        bytes += static_cast<double>(service.bytes);
        joules += service.energy_j;
    }
    for (const sim::OmittedRecord& others : trace.omitted) {
        bytes += static_cast<double>(others.bytes);
        joules += others.energy_j;
    }
    return fmt::format("In all: {}. Trainings cost {} of traffic and {} by the cost model.", list_text(words),
                       bytes_text(bytes), energy_text(joules));
}

/// What happened in rounds that are not told one by one.
std::string others_text(const std::vector<const RoundEvents*>& others) {
    Changes changes;
    for (const RoundEvents* const round : others) {
        changes.include(*round);
    }
    const std::vector<std::string> words = changes.words();
    const std::string rounds = sim::counted(static_cast<std::int64_t>(others.size()), "other round");
    return words.empty() ? fmt::format("Less happened in {}.", rounds)
                         : fmt::format("In {}: {}.", rounds, list_text(words));
}

}  // namespace

std::string story_of_round(const RunTrace& trace, const RoundEvents& events) {
    std::vector<std::string> clauses;
    if (!events.drifts_begun.empty()) {
        clauses.push_back(drifts_text(trace, events.drifts_begun) +
                          (events.drifts_begun.size() == 1 ? " begins" : " begin"));
    }
    if (!events.drifts_ended.empty()) {
        clauses.push_back(drifts_text(trace, events.drifts_ended) +
                          (events.drifts_ended.size() == 1 ? " ends" : " end"));
    }
    if (!events.diverged.empty()) {
        clauses.push_back(fmt::format("the update of {} diverges", list_text(events.diverged, 4)));
    }
    if (!events.not_adapted.empty()) {
        clauses.push_back(fmt::format("the adaptation to client {} diverges", list_text(events.not_adapted, 4)));
    }
    if (events.round >= 2 && fall_in(trace, events.round) > told_fall) {
        clauses.push_back(fall_text(trace, events.round));
    }
    if (events.alarm) {
        clauses.emplace_back("errors rise, an alarm");
    }
    if (events.only_class) {
        clauses.push_back(
            fmt::format("all labels are of class {}, so no member is judged by them", *events.only_class));
    }
    if (events.all_weak) {
        clauses.emplace_back("every member underperforms, so none is replaced");
    } else if (!events.weak.empty()) {
        clauses.push_back(events.weak.size() == 1 ? fmt::format("member {} underperforms", events.weak.front())
                                                  : fmt::format("members {} underperform", list_text(events.weak, 5)));
    }
    if (!events.adapted.empty()) {
        clauses.push_back(fmt::format("{} {} adapted at test time", list_text(events.adapted, 5),
                                      events.adapted.size() == 1 ? "is" : "are"));
    }
    if (!events.replaced.empty()) {
        clauses.push_back(replaced_text(events));
    }
    if (!events.integrated.empty()) {
        clauses.push_back(
            fmt::format("{} {} in", list_text(events.integrated, 5), events.integrated.size() == 1 ? "comes" : "come"));
    }
    if (!events.removed.empty()) {
        clauses.push_back(fmt::format("{} {} without a substitute", list_text(events.removed, 5),
                                      events.removed.size() == 1 ? "leaves" : "leave"));
    }
    if (events.collapsed) {
        clauses.push_back("the composition collapses: members harm, and nothing can be done about it" +
                          (events.relaxation.empty() ? "" : " (" + events.relaxation + ")"));
    }
    if (clauses.empty()) {
        return {};
    }
    std::string text = fmt::format("Round {}: ", events.round);
    for (std::size_t i = 0; i < clauses.size(); ++i) {
        text += (i == 0 ? "" : "; ") + clauses[i];
    }
    return text + ".";
}

std::vector<std::string> story_of(const RunTrace& trace, const std::vector<RoundEvents>& events) {
    if (trace.rounds.empty()) {
        return {trace.name() + ": the run has not committed a round yet."};
    }
    std::vector<const RoundEvents*> told;
    for (const RoundEvents& round : events) {
        if (weight_of(trace, round) > 0.0) {
            told.push_back(&round);
        }
    }
    std::stable_sort(told.begin(), told.end(), [&](const RoundEvents* a, const RoundEvents* b) {
        return weight_of(trace, *a) > weight_of(trace, *b);
    });
    std::vector<const RoundEvents*> others;
    if (told.size() > most_rounds_told) {
        others.assign(told.begin() + most_rounds_told, told.end());
        told.resize(most_rounds_told);
    }
    std::sort(told.begin(), told.end(), [](const RoundEvents* a, const RoundEvents* b) { return a->round < b->round; });

    std::vector<std::string> lines{opening(trace)};
    for (const RoundEvents* const round : told) {
        lines.push_back(story_of_round(trace, *round));
    }
    if (!others.empty()) {
        lines.push_back(others_text(others));
    }
    if (const std::string descent = descent_text(trace); !descent.empty()) {
        lines.push_back(descent);
    }
    if (const std::string satisfied = requirements_finding(trace); !satisfied.empty()) {
        lines.push_back(satisfied);
    }
    lines.push_back(closing(trace, events));
    return lines;
}

}  // namespace mlaasim::study
