#include "study/report/decision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "study/quantity_text.hpp"

namespace mlaasim::study {

std::map<std::uint32_t, Decision> decisions_of(const RunTrace& trace) {
    std::map<std::uint32_t, Decision> decisions;
    const auto share_out = [&](const auto& records, auto Decision::*rows) {
        for (const auto& record : records) {
            Decision& decision = decisions[record.round];
            decision.round = record.round;
            (decision.*rows).push_back(&record);
        }
    };
    share_out(trace.assessment, &Decision::assessed);
    share_out(trace.candidates, &Decision::candidates);
    share_out(trace.rules, &Decision::rules);
    share_out(trace.bandit, &Decision::bandit);
    share_out(trace.tta, &Decision::adaptations);
    share_out(trace.actions, &Decision::actions);
    return decisions;
}

std::string refusal_text(std::string_view reason) {
    static const std::map<std::string_view, std::string_view> whole{{"member", "a member already"},
                                                                    {"unavailable", "not reachable"},
                                                                    {"excluded", "excluded from this selection"},
                                                                    {"architecture", "another model architecture"},
                                                                    {"modality", "another kind of data"},
                                                                    {"features", "other features"},
                                                                    {"latency", "too slow for a client"},
                                                                    {"cost", "too dear for a client"},
                                                                    {"availability", "too rarely up for a client"}};
    if (const auto found = whole.find(reason); found != whole.end()) {
        return std::string{found->second};
    }
    if (reason == "all three") {
        reason = "effectiveness+quality+volume";
    }
    std::vector<std::string> attributes;
    for (std::size_t from = 0; from <= reason.size();) {
        const std::size_t end = std::min(reason.find('+', from), reason.size());
        attributes.emplace_back(reason.substr(from, end - from));
        from = end + 1;
    }
    return fmt::format("{} not better than the mean of the weak members", list_text(attributes));
}

std::map<std::string, std::vector<std::uint32_t>> refused_by_reason(const Decision& decision) {
    std::map<std::string, std::vector<std::uint32_t>> refused;
    for (const sim::CandidateRecord* const candidate : decision.candidates) {
        if (candidate->accepted == 0) {
            refused[refusal_text(candidate->reason.view())].push_back(candidate->service);
        }
    }
    return refused;
}

std::vector<RuleOutcome> outcomes_of(const sim::RuleRecord& rules) {
    return {{"dum", "data utility", rules.dum, rules.dum_holds != 0},
            {"mum", "model utility", rules.mum, rules.mum_holds != 0},
            {"sm", "scalability", rules.sm, rules.sm_holds != 0},
            {"hqu", "quality history", rules.hqu, rules.hqu_holds != 0},
            {"sru", "reliability", rules.sru, rules.sru_holds != 0}};
}

std::string fate_of(std::uint32_t candidate, const Decision& decision, const RoundEvents& events) {
    for (const auto& [outgoing, incoming] : events.replaced) {
        if (incoming == candidate) {
            return fmt::format("replaces {}", outgoing);
        }
    }
    if (std::ranges::find(events.integrated, candidate) != events.integrated.end()) {
        return "comes in";
    }
    if (std::ranges::any_of(decision.actions, [&](const sim::ActionRecord* judged) {
            return judged->incoming >= 0 && static_cast<std::uint32_t>(judged->incoming) == candidate;
        })) {
        return "compared, not taken in";
    }
    const auto rules = std::find_if(decision.rules.begin(), decision.rules.end(),
                                    [&](const sim::RuleRecord* judged) { return judged->service == candidate; });
    if (rules == decision.rules.end()) {
        return "not judged: its trial failed";
    }
    return (*rules)->composable != 0 ? "composable, not needed" : "not composable";
}

std::string change_text(const sim::ActionRecord& action) {
    if (action.outgoing < 0) {
        return action.incoming < 0 ? std::string{action.action.view()} : fmt::format("take in {}", action.incoming);
    }
    return action.incoming < 0 ? fmt::format("let {} go", action.outgoing)
                               : fmt::format("replace {} by {}", action.outgoing, action.incoming);
}

std::string finding_text(const sim::AssessmentRecord& member, std::string_view kind) {
    if (kind == "harm") {
        return fmt::format(
            "evidence of harm {}, {} than the {} that is proof; without it the Brier loss, halved, would "
            "have been {} lower in this round",
            number_text(std::abs(member.score)), member.score < member.threshold ? "more" : "less",
            number_text(-member.threshold), number_text(-member.qos_contribution));
    }
    return fmt::format("score {} {} the threshold {}: QoS contribution {}, functional contribution {}",
                       number_text(member.score), member.score < member.threshold ? "below" : "not below",
                       number_text(member.threshold), number_text(member.qos_contribution),
                       number_text(member.functional_contribution));
}

}  // namespace mlaasim::study
