#include "composition/round_log.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

namespace {

/// As the trace has it: -1 for nobody.
std::int32_t number_of(sim::ServiceId service) {
    return service.valid() ? static_cast<std::int32_t>(service.value()) : -1;
}

std::string_view outcome_of(const TestTimeAdaptation& adaptation) {
    if (adaptation.integrated) {
        return adaptation.arrived ? "arrived" : "integrated";
    }
    if (!adaptation.failure.empty()) {
        return adaptation.failure;
    }
    return adaptation.composable ? "another technique" : "not composable";
}

}  // namespace

void RoundLog::assessed(const Assessment& assessment) {
    for (const MemberAssessment& member : assessment.members) {
        assessment_.push_back({.round = round_,
                               .service = member.service.value(),
                               .qos_without = member.qos_without,
                               .qos_contribution = member.qos_contribution,
                               .distance = member.distance,
                               .functional_contribution = member.functional_contribution,
                               .score = member.score,
                               .threshold = assessment.threshold,
                               .underperforming = member.underperforming ? 1U : 0U});
    }
}

void RoundLog::one_class(std::uint32_t label) {
    if (std::ranges::none_of(events_, [](const auto& event) { return event.kind.view() == "one_class"; })) {
        events_.push_back(
            {.round = round_, .kind = "one_class", .subject = "class", .id = static_cast<std::int32_t>(label)});
    }
}

void RoundLog::all_underperform(std::size_t members) {
    events_.push_back(
        {.round = round_, .kind = "all_underperform", .subject = "composition", .value = static_cast<double>(members)});
}

void RoundLog::adapted(const TestTimeAdaptation& adaptation) {
    tta_.push_back({.round = round_,
                    .service = static_cast<std::int32_t>(adaptation.service.value()),
                    .technique = adaptation.technique,
                    .samples = adaptation.samples,
                    .wdm = adaptation.wdm,
                    .ucs = adaptation.ucs,
                    .bnuas = adaptation.bnuas,
                    .bndas = adaptation.bndas,
                    .pdam = adaptation.pdam,
                    .score = adaptation.score,
                    .composable = adaptation.composable ? 1U : 0U,
                    .outcome = outcome_of(adaptation)});
}

void RoundLog::filtered(const Marketplace& market, sim::ServiceId service, std::string_view reason) {
    candidates_.push_back({.round = round_,
                           .service = service.value(),
                           .effectiveness = market.effectiveness(service),
                           .quality = market.quality(service),
                           .volume = market.volume(service),
                           .accepted = reason.empty() ? 1U : 0U,
                           .reason = reason.empty() ? "accepted" : reason});
}

void RoundLog::judged(sim::ServiceId service, const RuleOutcomes& rules, const Confidence& confidence) {
    const auto value = [&](Rule rule) {
        return rules[rule].applies ? rules[rule].value : std::numeric_limits<double>::quiet_NaN();
    };
    const auto holds = [&](Rule rule) { return rules[rule].holds ? 1U : 0U; };
    rules_.push_back({.round = round_,
                      .service = service.value(),
                      .dum = value(Rule::dum),
                      .mum = value(Rule::mum),
                      .sm = value(Rule::sm),
                      .hqu = value(Rule::hqu),
                      .sru = value(Rule::sru),
                      .dum_holds = holds(Rule::dum),
                      .mum_holds = holds(Rule::mum),
                      .sm_holds = holds(Rule::sm),
                      .hqu_holds = holds(Rule::hqu),
                      .sru_holds = holds(Rule::sru),
                      .confidence = confidence.score,
                      .composable = confidence.composable ? 1U : 0U});
}

std::size_t RoundLog::chosen(std::uint32_t selection, sim::ServiceId arm, const ArmScore& score, double reward) {
    bandit_.push_back({.round = round_,
                       .selection = selection,
                       .service = arm.value(),
                       .expected = score.expected,
                       .bonus = score.bonus,
                       .reward = reward,
                       .chosen = 1});
    return bandit_.size() - 1;
}

void RoundLog::not_chosen(std::uint32_t selection, sim::ServiceId arm, const ArmScore& score) {
    bandit_.push_back({.round = round_,
                       .selection = selection,
                       .service = arm.value(),
                       .expected = score.expected,
                       .bonus = score.bonus});
}

void RoundLog::rewarded(std::size_t place, sim::ServiceId arm, double reward) {
    sim::expects(place < bandit_.size() && bandit_[place].service == arm.value() && bandit_[place].chosen == 1,
                 "the row is that of the arm");
    bandit_[place].reward = reward;
}

void RoundLog::watched(const Watching& watching) {
    monitoring_.push_back({.round = round_,
                           .trigger = watching.trigger,
                           .samples = static_cast<std::int64_t>(watching.samples),
                           .mean = watching.mean,
                           .window = watching.window,
                           .window_mean = watching.window_mean,
                           .change = watching.rose   ? "rose"
                                     : watching.fell ? "fell"
                                                     : "none",
                           .unmet = static_cast<std::uint32_t>(watching.unmet),
                           .open = watching.open ? 1U : 0U});
    if (watching.rose) {
        events_.push_back({.round = round_, .kind = "alarm", .subject = "composition", .value = watching.mean});
    }
}

void RoundLog::refused(sim::ServiceId outgoing, sim::ServiceId incoming) {
    events_.push_back({.round = round_,
                       .kind = "refusal",
                       .subject = "service",
                       .id = static_cast<std::int32_t>(outgoing.value()),
                       .other = static_cast<std::int32_t>(incoming.value())});
}

void RoundLog::recomposition_refused(double gain) {
    events_.push_back({.round = round_, .kind = "refusal", .subject = "composition", .value = gain});
}

void RoundLog::substituted(sim::ServiceId outgoing, sim::ServiceId incoming, double confidence) {
    events_.push_back({.round = round_,
                       .kind = "substitution",
                       .subject = "service",
                       .id = static_cast<std::int32_t>(outgoing.value()),
                       .other = static_cast<std::int32_t>(incoming.value()),
                       .value = confidence});
}

void RoundLog::changed(const Change& change, double gain) {
    const bool leaves = change.leaves.valid();
    const bool joins = change.joins.valid();
    events_.push_back({.round = round_,
                       .kind = leaves && joins ? "substitution"
                               : leaves        ? "removal"
                                               : "integration",
                       .subject = "service",
                       .id = number_of(leaves ? change.leaves : change.joins),
                       .other = number_of(leaves ? change.joins : sim::ServiceId{}),
                       .value = gain});
}

void RoundLog::rolled_back(const Change& change, double gain) {
    events_.push_back({.round = round_,
                       .kind = "rollback",
                       .subject = "service",
                       .id = number_of(change.leaves),
                       .other = number_of(change.joins),
                       .value = gain});
}

void RoundLog::convicted(sim::ServiceId service, double mean_harm) {
    actions_.push_back({.round = round_,
                        .action = "removal",
                        .outgoing = number_of(service),
                        .mean = mean_harm,
                        .lower_bound = std::numeric_limits<double>::quiet_NaN(),
                        .committed = 1,
                        .outcome = "done: the harm test convicted it"});
}

void RoundLog::collapsed(std::size_t harmful, std::string_view relaxation) {
    events_.push_back(
        {.round = round_, .kind = "collapse", .subject = "composition", .value = static_cast<double>(harmful)});
    actions_.push_back({.round = round_,
                        .action = "collapse",
                        .lower_bound = std::numeric_limits<double>::quiet_NaN(),
                        .outcome = relaxation});
}

void RoundLog::knew_truth() { events_.push_back({.round = round_, .kind = "truth", .subject = "composition"}); }

void RoundLog::considered(std::uint32_t step, std::size_t actions, const Change& change, const PairedGain& gain,
                          std::string_view outcome) {
    const bool leaves = change.leaves.valid();
    actions_.push_back(
        {.round = round_,
         .step = step,
         .action = leaves && change.joins.valid() ? "substitution"
                   : leaves                       ? "removal"
                                                  : "integration",
         .outgoing = number_of(change.leaves),
         .incoming = number_of(change.joins),
         .samples = gain.samples,
         .mean = gain.mean,
         .lower_bound = gain.lower,
         .actions = static_cast<std::uint32_t>(actions),
         .committed =
             outcome == committed_outcome || outcome == recomposed_outcome || outcome == came_back_outcome ? 1U : 0U,
         .outcome = outcome});
}

}  // namespace mlaasim::composition
