#include "study/report/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "sim/core/counted.hpp"
#include "sim/core/error.hpp"
#include "study/quantity_text.hpp"
#include "study/report/decision.hpp"
#include "study/report/served.hpp"
#include "study/report/story.hpp"

namespace mlaasim::study {
namespace {

/// What the explanation is about.
struct Subject {
    const RunTrace& trace;
    RoundEvents events;
    Decision decision;
    std::optional<std::uint32_t> service;

    [[nodiscard]] bool concerns(std::int64_t id) const { return !service || *service == id; }
};

/// "2 is replaced by 21", "22 comes in beside the members"
std::vector<std::string> replacements(const Subject& subject) {
    std::vector<std::string> lines;
    for (const auto& [outgoing, incoming] : subject.events.replaced) {
        if (subject.concerns(outgoing) || subject.concerns(incoming)) {
            lines.push_back(fmt::format("{} is replaced by {}", outgoing, incoming));
        }
    }
    for (const std::uint32_t service : subject.events.integrated) {
        if (subject.concerns(service)) {
            lines.push_back(fmt::format("{} comes in beside the members", service));
        }
    }
    for (const std::uint32_t service : subject.events.removed) {
        if (subject.concerns(service)) {
            lines.push_back(fmt::format("{} leaves without a substitute", service));
        }
    }
    return lines;
}

std::string drifts_of(const Subject& subject, std::string_view target, std::uint32_t id) {
    std::vector<std::string> words;
    for (const sim::DriftRecord& drift : subject.trace.drift) {
        if (drift.round == subject.events.round && drift.target.view() == target && drift.id == id) {
            words.push_back(
                fmt::format("{}, strength {}", drift_text(subject.trace, drift.entry), number_text(drift.strength)));
        }
    }
    return list_text(words);
}

std::vector<std::string> presence(const Subject& subject) {
    std::vector<std::string> lines;
    for (const sim::ServiceRecord& service : subject.trace.services) {
        if (service.round != subject.events.round || !subject.service || service.service != *subject.service) {
            continue;
        }
        lines.push_back(fmt::format(
            "{}, {}: {} samples, training loss {}, effectiveness {}, quality {}, reliability {}, response {} ms",
            service.role.view(), service.status.view(), service.samples, number_text(service.train_loss),
            percent_text(service.effectiveness), percent_text(service.quality), percent_text(service.reliability),
            number_text(service.response_ms)));
    }
    if (subject.service) {
        if (lines.empty()) {
            const std::int64_t omitted = subject.trace.omitted_rows(subject.events.round);
            lines.push_back(omitted == 0 ? "neither a member nor tried in this round"
                                         : fmt::format("no row in the trace, which leaves out {} of this round "
                                                       "(trace.service_rows); it was not tried",
                                                       sim::counted(omitted, "service")));
        }
        if (const std::string drift = drifts_of(subject, "service", *subject.service); !drift.empty()) {
            lines.push_back("its data drifts: " + drift);
        }
    }
    return lines;
}

std::vector<std::string> assessment(const Subject& subject) {
    std::vector<std::string> lines;
    std::size_t below = 0;
    for (const sim::AssessmentRecord* const member : subject.decision.assessed) {
        below += member->score < member->threshold ? 1 : 0;
        if (member->underperforming != 0 ? subject.concerns(member->service)
                                         : subject.service && subject.concerns(member->service)) {
            const std::string drift = drifts_of(subject, "service", member->service);
            lines.push_back(fmt::format("{}: {}, {}{}", member->service,
                                        member->underperforming != 0 ? "weak" : "not reported as weak",
                                        finding_text(*member, subject.trace.option("assessment.kind")),
                                        subject.service || drift.empty() ? "" : "; its data drifts: " + drift));
        }
    }
    if (!subject.decision.assessed.empty() && !subject.service) {
        lines.insert(lines.begin(),
                     fmt::format("{} assessed, {} below the threshold, {} reported as weak",
                                 sim::counted(static_cast<std::int64_t>(subject.decision.assessed.size()), "member"),
                                 below, subject.events.weak.size()));
    }
    if (subject.decision.assessed.empty()) {
        lines.emplace_back("no member was assessed in this round");
    }
    return lines;
}

/// What the trigger saw, and what clients did not get.
std::vector<std::string> watching(const Subject& subject) {
    std::vector<std::string> lines;
    if (subject.service) {
        return lines;
    }
    for (const sim::MonitoringRecord& row : subject.trace.monitoring) {
        if (row.round == subject.events.round) {
            const std::string seen =
                row.samples > 0 ? fmt::format(": the mean of {} is {}, that of the {} in the window {}; change: {}",
                                              sim::counted(row.samples, "labelled sample"), number_text(row.mean),
                                              row.window, number_text(row.window_mean), row.change.view())
                                : std::string{};
            lines.push_back(fmt::format("{}{}", row.trigger.view(), seen));
            lines.emplace_back(row.open != 0 ? "the trigger is open: the strategy may respond"
                                             : "the trigger is closed: the strategy does not respond");
        }
    }
    for (const sim::SatisfactionRecord& row : subject.trace.satisfaction) {
        if (row.round == subject.events.round && row.met == 0) {
            lines.push_back(fmt::format("client {} requires {} {}, and got {}", row.client, row.requirement.view(),
                                        number_text(row.required), number_text(row.observed)));
        }
    }
    return lines;
}

/// What the round's assessment and response rest on.
std::vector<std::string> evidence(const Subject& subject) {
    std::vector<std::string> lines;
    for (const sim::EvidenceRecord& used : subject.trace.evidence) {
        if (used.round == subject.events.round && !subject.service) {
            const std::string_view tier = used.tier.view();
            lines.push_back(fmt::format("{}: {}", tier,
                                        sim::counted(used.spent, tier == "trials"       ? "training"
                                                                 : tier == "complaints" ? "client"
                                                                                        : "sample")));
        }
    }
    return lines;
}

/// Those that were made and why; of one service all that it had part in.
std::vector<std::string> judged_changes(const Subject& subject) {
    std::vector<std::string> lines;
    std::int64_t others = 0;
    for (const sim::ActionRecord* const judged : subject.decision.actions) {
        const sim::ActionRecord& action = *judged;
        if (action.action.view() == "collapse") {
            lines.push_back(fmt::format("collapse: {}", action.outcome.view()));
        } else if (subject.service ? subject.concerns(action.outgoing) || subject.concerns(action.incoming)
                                   : action.committed != 0) {
            lines.push_back(action.step == 0
                                ? fmt::format("{}: {}", change_text(action), action.outcome.view())
                                : fmt::format("step {}, {}: gain {}, at least {}, on {}: {}", action.step,
                                              change_text(action), number_text(action.mean),
                                              number_text(action.lower_bound), sim::counted(action.samples, "sample"),
                                              action.outcome.view()));
        } else {
            ++others;
        }
    }
    if (!subject.service && others > 0) {
        lines.push_back(sim::counted(others, "other change") + " not made");
    }
    return lines;
}

std::vector<std::string> adaptations(const Subject& subject) {
    std::vector<std::string> lines;
    for (const sim::TtaRecord* const tta : subject.decision.adaptations) {
        if (subject.concerns(tta->service)) {
            lines.push_back(
                fmt::format("{} by {} on {}: composability score {} (weight drift {}, update consistency {}, BN "
                            "updates {}, BN data "
                            "{}, predictions {}): {}",
                            tta->service < 0 ? "the whole composition" : std::to_string(tta->service),
                            tta->technique.view(), sim::counted(tta->samples, "sample"), number_text(tta->score),
                            number_text(tta->wdm), number_text(tta->ucs), number_text(tta->bnuas),
                            number_text(tta->bndas), number_text(tta->pdam), tta->outcome.view()));
        }
    }
    return lines;
}

std::vector<std::string> considered(const Subject& subject) {
    std::vector<std::string> lines;
    if (subject.service) {
        for (const sim::CandidateRecord* const candidate : subject.decision.candidates) {
            if (candidate->service == *subject.service) {
                const std::string verdict =
                    candidate->accepted != 0 ? "accepted" : "refused, " + refusal_text(candidate->reason.view());
                lines.push_back(fmt::format("{}: effectiveness {}, quality {}, {} samples", verdict,
                                            percent_text(candidate->effectiveness), percent_text(candidate->quality),
                                            number_text(candidate->volume)));
            }
        }
        return lines;
    }
    std::vector<std::uint32_t> accepted;
    for (const sim::CandidateRecord* const candidate : subject.decision.candidates) {
        if (candidate->accepted != 0) {
            accepted.push_back(candidate->service);
        }
    }
    if (!subject.decision.candidates.empty()) {
        lines.push_back(accepted.empty() ? "no candidate is accepted"
                                         : fmt::format("accepted: {}", list_text(accepted)));
    }
    for (const auto& [reason, services] : refused_by_reason(subject.decision)) {
        lines.push_back(fmt::format("refused, {}: {}", reason, list_text(services)));
    }
    return lines;
}

std::vector<std::string> expectations(const Subject& subject) {
    constexpr std::size_t most = 12;
    std::vector<std::string> lines;
    std::size_t left_out = 0;
    for (const sim::BanditRecord* const arm : subject.decision.bandit) {
        if (!subject.concerns(arm->service)) {
            continue;
        }
        if (arm->chosen == 0 && lines.size() >= most) {
            ++left_out;
            continue;
        }
        const std::string bound = fmt::format("selection {}: {} expects {} + bonus {}", arm->selection, arm->service,
                                              number_text(arm->expected), number_text(arm->bonus));
        lines.push_back(arm->chosen != 0 ? fmt::format("{}: chosen, reward {}, {}", bound, number_text(arm->reward),
                                                       fate_of(arm->service, subject.decision, subject.events))
                                         : bound + ": not chosen");
    }
    if (left_out > 0) {
        lines.push_back(fmt::format("{} not chosen", sim::counted(static_cast<std::int64_t>(left_out), "further arm")));
    }
    return lines;
}

std::vector<std::string> rules(const Subject& subject) {
    std::vector<std::string> lines;
    for (const sim::RuleRecord* const judged : subject.decision.rules) {
        if (!subject.concerns(judged->service)) {
            continue;
        }
        std::vector<std::string> words;
        for (const RuleOutcome& rule : outcomes_of(*judged)) {
            words.push_back(std::isnan(rule.value) ? fmt::format("{} does not apply", rule.meaning)
                                                   : fmt::format("{} {} {}", rule.meaning, number_text(rule.value),
                                                                 rule.holds ? "holds" : "fails"));
        }
        lines.push_back(fmt::format("{}: {}; confidence {}, {}", judged->service, list_text(words),
                                    number_text(judged->confidence),
                                    judged->composable != 0 ? "composable" : "not composable"));
    }
    return lines;
}

std::vector<std::string> outcome(const Subject& subject) {
    std::vector<std::string> lines = replacements(subject);
    const std::uint32_t round = subject.events.round;
    if (subject.service || round == 0) {
        return lines;
    }
    if (lines.empty() && subject.events.adapted.empty()) {
        lines.emplace_back("no service is replaced or adapted");
    }
    const sim::RoundRecord& record = subject.trace.rounds[round - 1];
    lines.push_back(fmt::format("the clients had {} right; {} on the same samples after the response",
                                percent_text(record.accuracy), percent_text(record.adapted_accuracy)));
    if (round < subject.trace.last_round()) {
        const double next = subject.trace.rounds[round].accuracy;
        lines.push_back(
            fmt::format("in the next round {} right: {}", percent_text(next), points_text(next, record.accuracy)));
    }
    return lines;
}

std::vector<std::string> happened(const Subject& subject) {
    std::vector<std::string> lines;
    if (subject.service) {
        return lines;
    }
    if (const std::string told = story_of_round(subject.trace, subject.events); !told.empty()) {
        lines.push_back(told);
    }
    if (!subject.events.outages.empty()) {
        lines.push_back(fmt::format("not reachable: {}", list_text(subject.events.outages)));
    }
    if (lines.empty()) {
        lines.emplace_back("nothing out of the ordinary");
    }
    return lines;
}

void expect_known(const RunTrace& trace, std::uint32_t round, std::optional<std::uint32_t> service) {
    if (round > trace.last_round()) {
        throw sim::InputError({.file = trace.file.string(),
                               .what = fmt::format("the trace has no round {}", round),
                               .expected = trace.rounds.empty()
                                               ? "a run that has committed a round"
                                               : fmt::format("a round from 0 to {}", trace.last_round())});
    }
    const auto services = std::strtoull(trace.option("services.count", "0").c_str(), nullptr, 10);
    if (service && services > 0 && *service >= services) {
        throw sim::InputError({.file = trace.file.string(),
                               .what = fmt::format("the scenario has no service {}", *service),
                               .expected = fmt::format("a service from 0 to {}", services - 1)});
    }
}

}  // namespace

std::vector<ExplainedPart> explain_round(const RunTrace& trace, std::uint32_t round,
                                         std::optional<std::uint32_t> service) {
    expect_known(trace, round, service);
    auto decisions = decisions_of(trace);
    const Subject subject{
        .trace = trace, .events = round_events(trace)[round], .decision = decisions[round], .service = service};
    std::vector<ExplainedPart> parts{{"What happened", happened(subject)},
                                     {"The service", presence(subject)},
                                     {"The trigger and the clients", watching(subject)},
                                     {"Assessment", assessment(subject)},
                                     {"Evidence used", evidence(subject)},
                                     {"Changes that were judged", judged_changes(subject)},
                                     {"Adapted at test time", adaptations(subject)},
                                     {"The candidate filter", considered(subject)},
                                     {"The bandit", expectations(subject)},
                                     {"The composition rules", rules(subject)},
                                     {trace.looks_first() ? "What clients are served" : "What clients are served next",
                                      subject.service ? std::vector<std::string>{} : served_lines(trace, round)},
                                     {"What came of it", outcome(subject)}};
    std::erase_if(parts, [](const ExplainedPart& part) { return part.lines.empty(); });
    return parts;
}

}  // namespace mlaasim::study
