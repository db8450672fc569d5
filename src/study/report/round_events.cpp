#include "study/report/round_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "sim/core/counted.hpp"
#include "study/quantity_text.hpp"

namespace mlaasim::study {
namespace {

void note(const sim::EventRecord& event, RoundEvents& round) {
    const std::string_view kind = event.kind.view();
    const auto id = static_cast<std::uint32_t>(event.id);
    if (kind == "drift_start") {
        round.drifts_begun.push_back(id);
    } else if (kind == "drift_end") {
        round.drifts_ended.push_back(id);
    } else if (kind == "outage") {
        round.outages.push_back(id);
    } else if (kind == "divergence") {
        (event.subject.view() == "client" ? round.not_adapted : round.diverged).push_back(id);
    } else if (kind == "substitution" || (kind == "rollback" && event.other >= 0)) {
        round.replaced.emplace_back(id, static_cast<std::uint32_t>(event.other));
    } else if (kind == "integration") {
        round.integrated.push_back(id);
    } else if (kind == "removal" || kind == "rollback") {
        round.removed.push_back(id);
    } else if (kind == "collapse") {
        round.collapsed = true;
    } else if (kind == "one_class") {
        round.only_class = id;
    } else if (kind == "alarm") {
        round.alarm = true;
    } else if (kind == "all_underperform") {
        round.all_weak = true;
    }
}

std::string joined_ids(const sim::OptionsNode& ids) {
    std::vector<std::string> words;
    words.reserve(ids.children.size());
    for (const sim::OptionsNode& id : ids.children) {
        words.push_back(id.text);
    }
    return list_text(words, 8);
}

}  // namespace

void Changes::include(const RoundEvents& round) {
    replaced += static_cast<std::int64_t>(round.replaced.size());
    integrated += static_cast<std::int64_t>(round.integrated.size());
    removed += static_cast<std::int64_t>(round.removed.size());
    adapted += static_cast<std::int64_t>(round.adapted.size());
}

std::vector<std::string> Changes::words() const {
    std::vector<std::string> all;
    const auto add = [&](std::int64_t count, std::string_view noun, std::string_view what) {
        if (count > 0) {
            all.push_back(fmt::format("{} {}", sim::counted(count, noun), what));
        }
    };
    add(replaced, "service", "replaced");
    add(integrated, "service", "taken in");
    add(removed, "service", "let go");
    add(adapted, "adaptation", "at test time");
    return all;
}

std::vector<RoundEvents> round_events(const RunTrace& trace) {
    std::vector<RoundEvents> rounds(trace.last_round() + 1);
    for (std::uint32_t round = 0; round < rounds.size(); ++round) {
        rounds[round].round = round;
    }
    for (const sim::EventRecord& event : trace.events) {
        note(event, rounds[event.round]);
    }
    for (const sim::AssessmentRecord& member : trace.assessment) {
        if (member.underperforming != 0) {
            rounds[member.round].weak.push_back(member.service);
        }
    }
    for (const sim::ActionRecord& action : trace.actions) {
        if (action.action.view() == "collapse") {
            rounds[action.round].relaxation = action.outcome.view();
        }
    }
    for (const sim::TtaRecord& adaptation : trace.tta) {
        // With several techniques a service has a row of each, of which the integration takes one.
        if (adaptation.outcome.view() == "integrated" && adaptation.service >= 0) {
            rounds[adaptation.round].adapted.push_back(static_cast<std::uint32_t>(adaptation.service));
        }
    }
    return rounds;
}

std::string drift_text(const RunTrace& trace, std::uint32_t entry) {
    const sim::OptionsNode* const drifts = trace.scenario.child("drift");
    const sim::OptionsNode* const drift = drifts != nullptr ? drifts->child(std::to_string(entry)) : nullptr;
    if (drift == nullptr) {
        return fmt::format("drift {}", entry);
    }
    const auto word = [&](const char* key, const char* absent) {
        const sim::OptionsNode* const value = drift->child(key);
        return value != nullptr && !value->text.empty() ? value->text : std::string{absent};
    };
    const sim::OptionsNode* const ids = drift->child("ids");
    std::string whom = word("target", "clients");
    if (ids != nullptr && ids->children.size() == 1) {
        whom.pop_back();  // one client, one service
    }
    return ids != nullptr && !ids->children.empty()
               ? fmt::format("{} of {} {}", word("kind", "drift"), whom, joined_ids(*ids))
               : fmt::format("{} of {}", word("kind", "drift"), whom);
}

std::vector<DriftSpan> drift_spans(const std::vector<RoundEvents>& events) {
    std::map<std::uint32_t, std::uint32_t> begun;
    std::vector<DriftSpan> spans;
    for (const RoundEvents& round : events) {
        // A drift that ends in a round is no longer in force in it.
        for (const std::uint32_t entry : round.drifts_ended) {
            if (const auto start = begun.find(entry); start != begun.end()) {
                spans.push_back(
                    {.entry = entry, .first = start->second, .last = std::max(start->second, round.round - 1)});
                begun.erase(start);
            }
        }
        for (const std::uint32_t entry : round.drifts_begun) {
            begun.emplace(entry, round.round);
        }
    }
    for (const auto& [entry, first] : begun) {
        spans.push_back({.entry = entry, .first = first, .last = events.back().round});
    }
    std::sort(spans.begin(), spans.end(), [](const DriftSpan& a, const DriftSpan& b) {
        return std::pair{a.first, a.entry} < std::pair{b.first, b.entry};
    });
    return spans;
}

std::vector<std::uint32_t> members_before(const RunTrace& trace, const std::vector<RoundEvents>& events,
                                          std::uint32_t round) {
    const auto number = [&](std::string_view path) {
        return std::strtoll(trace.option(path, "0").c_str(), nullptr, 10);
    };
    const std::int64_t given = number("composition.members");
    const std::int64_t count = given == 0 ? number("services.count") : given;
    std::set<std::uint32_t> members;
    for (std::int64_t id = 0; id < count; ++id) {
        members.insert(members.end(), static_cast<std::uint32_t>(id));
    }
    for (const RoundEvents& earlier : events) {
        if (earlier.round >= round) {
            break;
        }
        for (const auto& [outgoing, incoming] : earlier.replaced) {
            members.erase(outgoing);
            members.insert(incoming);
        }
        members.insert(earlier.integrated.begin(), earlier.integrated.end());
        for (const std::uint32_t service : earlier.removed) {
            members.erase(service);
        }
    }
    return {members.begin(), members.end()};
}

std::vector<std::uint32_t> members_at_the_end(const RunTrace& trace) {
    const std::uint32_t last = trace.last_round();
    if (trace.omitted_rows(last) > 0) {
        return members_before(trace, round_events(trace), last + 1);
    }
    std::set<std::uint32_t> members;
    for (const sim::ServiceRecord& service : trace.services) {
        if (service.round == last && service.role.view() == "member") {
            members.insert(service.service);
        }
    }
    for (const sim::EventRecord& event : trace.events) {
        const std::string_view kind = event.kind.view();
        if (event.round != last) {
            continue;
        }
        if (kind == "integration") {
            members.insert(static_cast<std::uint32_t>(event.id));
        } else if (kind == "substitution" || kind == "removal" || kind == "rollback") {
            members.erase(static_cast<std::uint32_t>(event.id));
            if (event.other >= 0) {
                members.insert(static_cast<std::uint32_t>(event.other));
            }
        }
    }
    return {members.begin(), members.end()};
}

}  // namespace mlaasim::study
