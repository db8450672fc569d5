#include "study/report/clients_finding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/counted.hpp"
#include "study/quantity_text.hpp"

namespace mlaasim::study {
namespace {

using Ids = std::vector<std::uint32_t>;

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
    const auto begin = [](const Served& client) { return static_cast<double>(client.since); };
    const bool at_once =
        std::ranges::all_of(clients, [&](const Served& c) { return c.since == clients.front().since; });
    const std::string since = fmt::format("from {} {} on", at_once ? "round" : "rounds", range(begin, round_text));
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

}  // namespace

std::string clients_finding(const RunTrace& trace) {
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

std::string requirements_finding(const RunTrace& trace) {
    std::map<std::string_view, std::pair<std::int64_t, std::int64_t>> met;  // of how many
    for (const sim::SatisfactionRecord& row : trace.satisfaction) {
        auto& [yes, all] = met[row.requirement.view()];
        yes += row.met;
        ++all;
    }
    std::vector<std::string> words;
    for (const auto& [requirement, counts] : met) {
        const double share = static_cast<double>(counts.first) / static_cast<double>(counts.second);
        words.push_back(fmt::format("{} in {}", requirement, percent_text(share)));
    }
    return words.empty() ? std::string{}
                         : fmt::format("What clients require was met, over rounds and clients: {}.", list_text(words));
}

}  // namespace mlaasim::study
