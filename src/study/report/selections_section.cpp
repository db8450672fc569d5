#include <fmt/format.h>

#include <algorithm>

#include "sim/core/counted.hpp"
#include "study/quantity_text.hpp"
#include "study/report/decision.hpp"
#include "study/report/html_table.hpp"
#include "study/report/sections.hpp"

namespace mlaasim::study {
namespace {

Markup part(const std::string& title, const Markup& content) {
    return content.empty() ? Markup{} : element("h4", {}, title) + content;
}

Markup weak_table(const Decision& decision) {
    HtmlTable table{
        {"member", "score", "threshold", "QoS contribution", "functional contribution", "QoS without it", "distance"}};
    for (const sim::AssessmentRecord* const member : decision.assessed) {
        if (member->underperforming != 0) {
            table.add({std::to_string(member->service), number_text(member->score), number_text(member->threshold),
                       number_text(member->qos_contribution), number_text(member->functional_contribution),
                       number_text(member->qos_without), number_text(member->distance)});
        }
    }
    return table.markup();
}

Markup filter_part(const Decision& decision) {
    if (decision.candidates.empty()) {
        return {};
    }
    std::vector<std::uint32_t> accepted;
    for (const sim::CandidateRecord* const candidate : decision.candidates) {
        if (candidate->accepted != 0) {
            accepted.push_back(candidate->service);
        }
    }
    Markup list = element("li", {}, fmt::format("accepted: {}", accepted.empty() ? "none" : list_text(accepted, 20)));
    for (const auto& [reason, services] : refused_by_reason(decision)) {
        list += element(
            "li", {},
            fmt::format("refused, {}: {} ({})", reason,
                        sim::counted(static_cast<std::int64_t>(services.size()), "service"), list_text(services, 12)));
    }
    return element("ul", {}, list);
}

/// A bar from 0 to the largest upper bound: what is expected, and the bonus behind it.
Markup arm_bar(const sim::BanditRecord& arm, double largest) {
    const double scale = largest > 0.0 ? 100.0 / largest : 0.0;
    const double expected = std::max(0.0, arm.expected) * scale;
    const double bonus = std::max(0.0, arm.bonus) * scale;
    return element("td", {},
                   element("svg", {{"class", "bar"}, {"viewBox", "0 0 100 8"}, {"preserveAspectRatio", "none"}},
                           element("rect", {{"class", "fill c0"}, {"width", number_text(expected)}, {"height", "8"}}) +
                               element("rect", {{"class", "fill c3"},
                                                {"x", number_text(expected)},
                                                {"width", number_text(bonus)},
                                                {"height", "8"}})));
}

Markup bandit_table(const Decision& decision, const RoundEvents& events) {
    double largest = 0.0;
    for (const sim::BanditRecord* const arm : decision.bandit) {
        largest = std::max(largest, arm->expected + arm->bonus);
    }
    HtmlTable table{{"selection", "candidate", "expected reward", "bonus", "expected, and bonus", "chosen", "reward",
                     "what became of it"}};
    constexpr std::size_t most = 40;
    std::size_t left_out = 0;
    for (const sim::BanditRecord* const arm : decision.bandit) {
        if (arm->chosen == 0 && decision.bandit.size() > most) {
            ++left_out;
            continue;
        }
        table.add({cell(std::to_string(arm->selection)), cell(std::to_string(arm->service)),
                   cell(number_text(arm->expected)), cell(number_text(arm->bonus)), arm_bar(*arm, largest),
                   cell(arm->chosen != 0 ? "chosen" : ""), cell(arm->chosen != 0 ? number_text(arm->reward) : "-"),
                   cell(arm->chosen != 0 ? fate_of(arm->service, decision, events) : "")});
    }
    const Markup note = left_out > 0 ? element("p", {},
                                               fmt::format("{} not chosen {} left out.",
                                                           sim::counted(static_cast<std::int64_t>(left_out), "arm"),
                                                           left_out == 1 ? "is" : "are"))
                                     : Markup{};
    return table.markup() + note;
}

Markup rules_table(const Decision& decision) {
    HtmlTable table{{"candidate", "data utility", "model utility", "scalability", "quality history", "reliability",
                     "confidence", "composable"}};
    for (const sim::RuleRecord* const rules : decision.rules) {
        std::vector<Markup> row{cell(std::to_string(rules->service))};
        for (const RuleOutcome& rule : outcomes_of(*rules)) {
            // The mark is a character of its own, so that colour is not all that tells.
            row.push_back(element("td", {{"class", rule.holds ? "holds" : "fails"}},
                                  fmt::format("{} {}", number_text(rule.value), rule.holds ? "\u2713" : "\u2717")));
        }
        row.push_back(cell(number_text(rules->confidence)));
        row.push_back(cell(rules->composable != 0 ? "yes" : "no"));
        table.add(std::move(row));
    }
    return table.markup();
}

Markup adaptations_table(const Decision& decision) {
    HtmlTable table{{"service", "technique", "samples", "weight drift", "update consistency", "BN updates", "BN data",
                     "predictions", "score", "outcome"}};
    for (const sim::TtaRecord* const tta : decision.adaptations) {
        table.add({tta->service < 0 ? "the composition" : std::to_string(tta->service),
                   std::string{tta->technique.view()}, std::to_string(tta->samples), number_text(tta->wdm),
                   number_text(tta->ucs), number_text(tta->bnuas), number_text(tta->bndas), number_text(tta->pdam),
                   number_text(tta->score), std::string{tta->outcome.view()}});
    }
    return table.markup();
}

std::string summary_of(const RoundEvents& events, const Decision& decision) {
    std::vector<std::string> parts{fmt::format("{} weak", events.weak.size())};
    if (!events.adapted.empty()) {
        parts.push_back(fmt::format("{} adapted", events.adapted.size()));
    }
    if (!decision.rules.empty()) {
        parts.push_back(fmt::format("{} tried", decision.rules.size()));
    }
    if (!events.replaced.empty()) {
        parts.push_back(fmt::format("{} replaced", events.replaced.size()));
    }
    return fmt::format("Round {}: {}", events.round, list_text(parts));
}

struct SelectionRound {
    std::uint32_t round;
    Markup content;
};

/// More than 20 rounds fold into groups.
Markup in_groups(const std::vector<SelectionRound>& rounds) {
    constexpr std::size_t most = 20;
    Markup all;
    for (std::size_t first = 0; first < rounds.size(); first += most) {
        const std::size_t end = std::min(rounds.size(), first + most);
        Markup group;
        for (std::size_t i = first; i < end; ++i) {
            group += rounds[i].content;
        }
        all += rounds.size() <= most
                   ? group
                   : foldable(fmt::format("Rounds {} to {}", rounds[first].round, rounds[end - 1].round), group);
    }
    return all;
}

}  // namespace

Markup selections_section(const RunView& run) {
    std::vector<SelectionRound> rounds;
    for (const auto& [round, decision] : decisions_of(run.trace)) {
        const RoundEvents& events = run.events[round];
        if (events.weak.empty() && decision.candidates.empty() && decision.adaptations.empty()) {
            continue;
        }
        rounds.push_back({round, foldable(summary_of(events, decision),
                                          part("Members that underperform", weak_table(decision)) +
                                              part("Adapted at test time", adaptations_table(decision)) +
                                              part("The candidate filter", filter_part(decision)) +
                                              part("The bandit", bandit_table(decision, events)) +
                                              part("The composition rules", rules_table(decision)))});
    }
    return section("selections", "Selections",
                   "What each round found, whom it considered, and what the rules and the bandit said. "
                   "The subcommand explain tells one round in words.",
                   in_groups(rounds));
}

}  // namespace mlaasim::study
