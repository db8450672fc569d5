#include "study/report/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>

#include "sim/core/counted.hpp"
#include "study/quantity_text.hpp"

namespace mlaasim::study {
namespace {

using Ids = std::vector<std::uint32_t>;

constexpr std::size_t most_named = 6;
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
    return assesses_harm(trace) ? fmt::format("{}; a false one is expected in {} rounds at most once.", rests,
                                              trace.option("assessment.false_alarm_rounds", "?"))
           : labels > 0         ? rests + "."
                                : std::string{};
}

std::string harm(const RunTrace& trace, const std::vector<RoundEvents>& events) {
    if (trace.assessment.empty()) {
        return {};
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
    std::erase(sentences, "");
    return fmt::format("{}", fmt::join(sentences, " "));
}

/// How a client was served over the run.
struct Served {
    std::uint32_t since = 0;  ///< first round that was served by its stream
    std::string last{};       ///< branch by which the round after the last would be served
    double angle = 0.0;       ///< turned back by, in the end
    double flagged = 0.0;     ///< share of its last samples that are unlike the providers'
};

std::map<std::uint32_t, Served> served_clients(const RunTrace& trace) {
    std::map<std::uint32_t, Served> clients;
    const std::uint32_t later = trace.looks_first() ? 0 : 1;  // rounds until what a window shows is served
    for (const sim::ServingRecord& row : trace.serving) {
        Served& client = clients[row.client];
        client.last = row.branch.view();
        if (client.last != "plain") {
            client.since = client.since == 0 ? row.round + later : client.since;
            client.angle = row.angle;
            client.flagged = row.flagged;
        }
    }
    return clients;
}

std::string range_text(double low, double high, std::string (*words)(double)) {
    const std::string from = words(low);
    const std::string to = words(high);
    return from == to ? from : from + " to " + to;
}

std::string degrees_text(double angle) { return fmt::format("{:.0f}", angle); }

std::string round_text(double round) { return fmt::format("{:.0f}", round); }

/// Of clients that are served alike in the end.
std::string served_text(const Ids& ids, const std::vector<Served>& clients) {
    const auto range = [&](auto value, std::string (*words)(double)) {
        const auto [least, most] = std::ranges::minmax_element(clients, {}, value);
        return range_text(std::invoke(value, *least), std::invoke(value, *most), words);
    };
    const std::string since = fmt::format(
        "from round {} on", range([](const Served& client) { return static_cast<double>(client.since); }, round_text));
    const std::string whose = list_text(ids, most_named);
    if (clients.front().last == "aligned") {
        return fmt::format("the samples of {} turned; {} they are served turned back, in the end by {} degrees", whose,
                           since, range(&Served::angle, degrees_text));
    }
    if (clients.front().last == "adapted") {
        return fmt::format(
            "of the samples of {} {} are unlike the providers' in the end; {} such samples are served by "
            "a model adapted to them",
            whose, range(&Served::flagged, percent_text), since);
    }
    if (clients.front().last == "shared") {
        return fmt::format(
            "the streams of {} have drifted, each like that of others; {} drifted samples are served by a model "
            "with the statistics of those that have drifted alike",
            whose, since);
    }
    if (clients.front().last == "weighted") {
        return fmt::format("the classes of {} have another mix than the providers'; {} predictions are weighted by it",
                           whose, since);
    }
    if (clients.front().last == "restored") {
        return fmt::format("of the samples of {} {} are cluttered in the end; {} such samples are restored", whose,
                           range(&Served::flagged, percent_text), since);
    }
    return fmt::format("{}: served by the stream {}, plainly again in the end", whose, since);
}

/// Why no window could be looked at; empty where one was.
std::string why_unseen(const RunTrace& trace) {
    const auto all = [&](std::string_view reason) {
        return std::ranges::all_of(trace.serving, [&](const auto& row) { return row.reason.view() == reason; });
    };
    return all("few samples")     ? "windows have too few samples"
           : all("equal samples") ? "each shows one sample again and again"
           : all("no reference")  ? "the providers have too few samples to compare with"
                                  : "";
}

std::string clients(const RunTrace& trace) {
    std::map<std::string, std::pair<Ids, std::vector<Served>>> groups;  // by the branch in the end
    std::uint32_t first = UINT32_MAX;
    const auto all = served_clients(trace);
    for (const auto& [id, client] : all) {
        if (client.since > 0 && client.since <= trace.last_round()) {
            auto& [ids, members] = groups[client.last];
            ids.push_back(id);
            members.push_back(client);
            first = std::min(first, client.since);
        }
    }
    if (all.empty()) {
        return {};
    }
    if (groups.empty()) {
        const auto refuted = std::ranges::count_if(
            trace.serving, [](const sim::ServingRecord& row) { return row.reason.view() == "not proved"; });
        if (const std::string unseen = why_unseen(trace); !unseen.empty()) {
            return fmt::format("all are served the composition as it is; nobody's stream was looked at: {}.", unseen);
        }
        return refuted == 0 ? "all are served the composition as it is; the looks at their streams gave no reason for "
                              "anything else."
                            : fmt::format(
                                  "all are served the composition as it is; {} something else was tried on a "
                                  "client's stream, and labels did not prove it better.",
                                  refuted == 1 ? "once" : fmt::format("{} times", refuted));
    }
    std::vector<std::string> words;
    words.reserve(groups.size());
    for (const auto& [branch, group] : groups) {
        words.push_back(served_text(group.first, group.second));
    }
    const std::string text = fmt::format("{}.", fmt::join(words, "; "));
    double served = 0.0;
    double plain = 0.0;
    double samples = 0.0;
    for (const sim::RoundRecord& round : trace.rounds) {
        if (round.round >= first) {
            const auto weight = static_cast<double>(round.samples);
            served += round.accuracy * weight;
            plain += round.plain_accuracy * weight;
            samples += weight;
        }
    }
    return samples == 0.0
               ? text
               : fmt::format(
                     "{} From then on the clients had {} right; with the composition as it is they would have had "
                     "{} of the same samples.",
                     text, percent_text(served / samples), percent_text(plain / samples));
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
    if (trace.rounds.empty() || (trace.assessment.empty() && trace.serving.empty())) {
        return {};
    }
    std::vector<Finding> findings{
        {"Harm", harm(trace, events)}, {"Clients", clients(trace)}, {"Changes", changes(trace, events)}};
    std::erase_if(findings, [](const Finding& finding) { return finding.text.empty(); });
    return findings;
}

}  // namespace mlaasim::study
