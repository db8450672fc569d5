#include "study/report/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "sim/core/counted.hpp"
#include "study/quantity_text.hpp"
#include "study/report/clients_finding.hpp"

namespace mlaasim::study {
namespace {

using Ids = std::vector<std::uint32_t>;

constexpr std::size_t most_drifts = 3;

bool assesses_harm(const RunTrace& trace) { return trace.option("assessment.kind") == "harm"; }

/// What became of a member whose data began to drift.
struct Fate {
    std::uint32_t flagged = 0;  ///< in which round; 0: never
    std::uint32_t left = 0;     ///< in which round; 0: never
    bool replaced = false;

    auto operator<=>(const Fate&) const = default;
};

Fate fate_of(std::uint32_t service, std::uint32_t since, const std::vector<RoundEvents>& events) {
    Fate fate;
    for (std::uint32_t round = since; round < events.size() && fate.left == 0; ++round) {
        const RoundEvents& now = events[round];
        if (fate.flagged == 0 && std::ranges::find(now.weak, service) != now.weak.end()) {
            fate.flagged = round;
        }
        if (std::ranges::any_of(now.replaced, [&](const auto& pair) { return pair.first == service; })) {
            fate.left = round;
            fate.replaced = true;
        } else if (std::ranges::find(now.removed, service) != now.removed.end()) {
            fate.left = round;
        }
    }
    return fate;
}

std::string fate_text(const Fate& fate, bool one) {
    const std::string verb = one ? "is" : "are";
    const std::string leaves = fate.left == 0 ? "" : fate.replaced ? "replaced" : "let go";
    if (fate.flagged > 0 && fate.flagged == fate.left) {
        return fmt::format("{} flagged and {} in round {}", verb, leaves, fate.left);
    }
    std::string text = fate.flagged > 0 ? fmt::format("{} flagged in round {}", verb, fate.flagged) : std::string{};
    if (fate.left > 0) {
        text += fmt::format("{}{} {} in round {}", text.empty() ? "" : ", ", verb, leaves, fate.left);
    }
    return text.empty() ? std::string{one ? "stays" : "stay"} : text;
}

/// Services that an entry of the drift schedule is about, as far as the trace names them.
std::set<std::uint32_t> services_of(const RunTrace& trace, std::uint32_t entry) {
    std::set<std::uint32_t> services;
    for (const sim::DriftRecord& drift : trace.drift) {
        if (drift.entry == entry && drift.target.view() == "service") {
            services.insert(drift.id);
        }
    }
    return services;
}

/// Of one drift of services: "label_swap of services 2, 7 and 11 from round 5 on: 7 is flagged in round 5, ..."; empty
/// when no member was flagged or left after it.
std::string drift_finding(const RunTrace& trace, const std::vector<RoundEvents>& events, const DriftSpan& span) {
    const std::set<std::uint32_t> drifting = services_of(trace, span.entry);
    std::map<Fate, Ids> fates;
    for (const std::uint32_t member : members_before(trace, events, span.first)) {
        if (drifting.contains(member)) {
            fates[fate_of(member, span.first, events)].push_back(member);
        }
    }
    if (std::ranges::all_of(fates, [](const auto& entry) { return entry.first == Fate{}; })) {
        return {};
    }
    std::vector<std::string> words;
    // Those that were flagged come first, those that stay last.
    std::vector<std::pair<Fate, Ids>> ordered{fates.begin(), fates.end()};
    std::ranges::stable_sort(ordered, {}, [](const auto& entry) {
        const Fate& fate = entry.first;
        return std::pair{fate.left == 0 ? UINT32_MAX : fate.left, fate.flagged == 0 ? UINT32_MAX : fate.flagged};
    });
    words.reserve(ordered.size());
    for (const auto& [fate, ids] : ordered) {
        words.push_back(fmt::format("{} {}", list_text(ids, most_named), fate_text(fate, ids.size() == 1)));
    }
    return fmt::format("{} from round {} on: {}.", drift_text(trace, span.entry), span.first, fmt::join(words, "; "));
}

/// Members that were flagged while nothing of theirs drifted.
Ids flagged_without_drift(const RunTrace& trace, const std::vector<RoundEvents>& events) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> drifting;  // round, service
    for (const sim::DriftRecord& drift : trace.drift) {
        if (drift.target.view() == "service") {
            drifting.emplace(drift.round, drift.id);
        }
    }
    std::set<std::uint32_t> flagged;
    for (const RoundEvents& round : events) {
        for (const std::uint32_t service : round.weak) {
            if (!drifting.contains({round.round, service})) {
                flagged.insert(service);
            }
        }
    }
    return {flagged.begin(), flagged.end()};
}

std::string evidence_of_flags(const RunTrace& trace) {
    const std::int64_t labels = std::strtoll(trace.option("adaptation.evidence.labels", "0").c_str(), nullptr, 10);
    const std::string rests = fmt::format("A flag rests on {} a round", sim::counted(labels, "labelled sample"));
    const std::int64_t apart = std::strtoll(trace.option("assessment.false_alarm_rounds", "0").c_str(), nullptr, 10);
    return assesses_harm(trace)
               ? fmt::format("{}; a false one is expected in {} at most once.", rests, sim::counted(apart, "round"))
           : labels > 0 ? rests + "."
                        : std::string{};
}

/// Of rounds whose labelled samples were no evidence; empty without any.
std::string labels_of_one_class(const std::vector<RoundEvents>& events) {
    std::int64_t rounds = 0;
    std::string last;
    for (const RoundEvents& round : events) {
        if (round.only_class) {
            ++rounds;
            last = fmt::format("last in round {} of class {}", round.round, *round.only_class);
        }
    }
    return rounds == 0 ? std::string{}
                       : fmt::format(
                             "In {} all labelled samples were of one class, {}: they prove nothing of other classes, "
                             "so no member was judged by them.",
                             sim::counted(rounds, "round"), last);
}

std::string harm(const RunTrace& trace, const std::vector<RoundEvents>& events) {
    std::string unproven = labels_of_one_class(events);
    if (trace.assessment.empty()) {
        return unproven;
    }
    std::vector<std::string> sentences;
    for (const DriftSpan& span : drift_spans(events)) {
        if (const std::string found = drift_finding(trace, events, span); !found.empty()) {
            sentences.push_back(found);
        }
    }
    if (sentences.size() > most_drifts) {
        const std::size_t more = sentences.size() - most_drifts;
        sentences.resize(most_drifts);
        sentences.push_back(fmt::format("{} of services are not told here.",
                                        sim::counted(static_cast<std::int64_t>(more), "further drift")));
    }
    const Ids others = flagged_without_drift(trace, events);
    if (!others.empty()) {
        sentences.push_back(fmt::format("Flagged without a drift of their own: {}.", list_text(others, most_named)));
    }
    const bool flagged = std::ranges::any_of(events, [](const RoundEvents& round) { return !round.weak.empty(); });
    sentences.push_back(flagged ? evidence_of_flags(trace) : "No member was flagged.");
    sentences.push_back(unproven);
    std::erase(sentences, "");
    return fmt::format("{}", fmt::join(sentences, " "));
}

std::string changes(const RunTrace& trace, const std::vector<RoundEvents>& events) {
    Changes all;
    for (const RoundEvents& round : events) {
        all.include(round);
    }
    const std::vector<std::string> words = all.words();
    std::string text = words.empty() ? "none" : list_text(words);
    const std::size_t now = members_before(trace, events, trace.last_round() + 1).size();
    if (now != trace.rounds.front().members || !words.empty()) {
        text += fmt::format("; {} at the end", sim::counted(static_cast<std::int64_t>(now), "member"));
    }
    const auto collapsed = std::ranges::count_if(events, &RoundEvents::collapsed);
    if (collapsed > 0) {
        const auto last = std::ranges::find_if(events.rbegin(), events.rend(), &RoundEvents::collapsed);
        text += fmt::format(". In {} members harmed and nothing could be done, last in round {}",
                            sim::counted(collapsed, "round"), last->round);
        text += last->relaxation.empty() ? "" : fmt::format(" ({})", last->relaxation);
    }
    std::map<std::string, std::int64_t> taken_back;
    for (const sim::TtaRecord& row : trace.tta) {
        for (const char* const outcome : {"diverged", "not finite", "constant samples"}) {
            taken_back[outcome] += row.outcome.view() == outcome ? 1 : 0;
        }
    }
    std::erase_if(taken_back, [](const auto& entry) { return entry.second == 0; });
    for (const auto& [outcome, count] : taken_back) {
        text += fmt::format(". {} at test time {} taken back: {}", sim::counted(count, "adaptation"),
                            count == 1 ? "was" : "were", outcome);
    }
    std::map<std::string, std::int64_t> spent;
    for (const sim::EvidenceRecord& row : trace.evidence) {
        spent[std::string{row.tier.view()}] += row.spent;
    }
    text += ". Evidence: " + sim::counted(spent["labels"], "labelled sample");
    text += spent["labels"] > 0 ? ", never scored" : "";
    if (spent["trials"] > 0) {
        text += ", and " + sim::counted(spent["trials"], "training") + " of candidates on trial";
    }
    const auto compared =
        std::ranges::count_if(trace.actions, [](const auto& row) { return row.action.view() != "collapse"; });
    if (compared > 0) {
        const auto made = std::ranges::count_if(trace.actions, [](const auto& row) { return row.committed != 0; });
        text += fmt::format("; {} were compared, {} made", sim::counted(compared, "change"), made);
    }
    return text + ".";
}

}  // namespace

std::vector<Finding> findings_of(const RunTrace& trace, const std::vector<RoundEvents>& events) {
    const bool tried =
        std::ranges::any_of(events, [](const RoundEvents& round) { return round.only_class.has_value(); });
    if (trace.rounds.empty() || (trace.assessment.empty() && trace.serving.empty() && !tried)) {
        return {};
    }
    std::vector<Finding> findings{{"Harm", harm(trace, events)},
                                  {"Clients", clients_finding(trace)},
                                  {"Requirements", requirements_finding(trace)},
                                  {"Changes", changes(trace, events)}};
    std::erase_if(findings, [](const Finding& finding) { return finding.text.empty(); });
    return findings;
}

}  // namespace mlaasim::study
