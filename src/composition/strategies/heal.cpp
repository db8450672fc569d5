#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "composition/healing/convicted.hpp"
#include "composition/healing/draw_candidates.hpp"
#include "composition/healing/relaxation.hpp"
#include "composition/healing/take_back.hpp"
#include "composition/healing/take_up.hpp"
#include "composition/healing/turnover.hpp"
#include "composition/membership.hpp"
#include "composition/one_class.hpp"
#include "composition/requirements.hpp"
#include "composition/strategies/memory.hpp"
#include "composition/strategy.hpp"
#include "sim/core/limits.hpp"
#include "sim/options/option_value.hpp"

namespace mlaasim::composition {
namespace {

struct Heal final : StrategyOptions {
    std::int64_t candidates = 2;
    std::int64_t fingerprints = 64;
    Nearness nearness = Nearness::decides;
    std::int64_t most_changes = 30;
    std::int64_t fewest_members = 2;
    double error = 0.05;
    double doubt = 0.16;
    double margin = 0.001;
    double tolerance = 0.002;
    double full_gain = 0.02;
    std::int64_t rest = 5;
    std::int64_t growth = 0;

    [[nodiscard]] std::unique_ptr<Strategy> make(const SubstitutionOptions& substitution) const override;
    [[nodiscard]] bool replaces_services() const override { return true; }
    [[nodiscard]] bool filters_candidates() const override { return false; }
    [[nodiscard]] bool responds_without_alarm() const override { return true; }
    [[nodiscard]] std::string_view trigger() const override { return "page_hinkley"; }
    [[nodiscard]] bool acts_on_harm() const override { return true; }
    [[nodiscard]] bool serves_by_stream() const override { return true; }
    [[nodiscard]] Nearness nearness_used() const { return fingerprints > 0 ? nearness : Nearness::decides; }
    [[nodiscard]] TakeUpTests tests() const {
        return {.choice = {.error = doubt, .margin = margin}, .proof = {.error = error, .margin = margin}};
    }
    [[nodiscard]] std::int64_t most_members(std::int64_t initial, std::int64_t services) const override {
        return std::min(services, initial + (growth > 0 ? growth : initial / 2));
    }
};

/// Acts on proof alone, never on labelled samples of one class. The candidates of the marketplace whose data are
/// nearest to the streams are trained on trial. Who joins and who leaves is chosen on one half of the labelled samples,
/// and made where the other half proves that it gains (take_up). Members that the test of harm convicted leave, too. In
/// rounds without harm or an alarm those who left are tried again, and come back where it is proven that they do no
/// harm (take_back).
class Healing final : public Strategy {
public:
    Healing(const Heal& options, const SubstitutionOptions& substitution)
        : options_{options},
          bandit_{substitution.bandit},
          memory_{substitution.bandit,
                  options.nearness_used() == Nearness::feature ? context_width_with_nearness : context_width} {}

    Response respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) override {
        if (situation.evidence.labels < fewest_labels_that_prove || labels_of_one_class(laboratory, log)) {
            return {};
        }
        if (situation.assessment.underperforming.empty() && !situation.alarm) {
            return take_back_who_left(situation, laboratory, log);
        }
        Response response;
        const Convicted convicted = convicted_of(situation.assessment);
        const DrawnCandidates drawn = draw(situation, convicted, laboratory, log);
        const std::vector<sim::ServiceId> trained = train(drawn.services, laboratory, response);
        std::string_view broken;
        const TakeUpOutcome outcome = take_up({.trained = situation.membership.trained,
                                               .members = situation.membership.members.size(),
                                               .fewest = fewest(situation),
                                               .most = most(situation),
                                               .most_changes = static_cast<std::size_t>(options_.most_changes),
                                               .candidates = trained,
                                               .refuses = refuses(situation, &broken)},
                                              options_.tests(), laboratory, log);
        reward(*memory_.policy, drawn, outcome.gains, options_.full_gain, log);
        for (const auto& [change, gain] : outcome.changes) {
            make(change, gain, convicted, situation.round, response, log);
        }
        const std::string why_none =
            !drawn.why_none.empty()  ? drawn.why_none
            : drawn.services.empty() ? "nobody may be tried: raise adaptation.evidence.trials"
            : trained.empty()        ? "no candidate could be trained: their training diverged"
            : broken.empty()         ? std::string{}
                             : "a change breaks the clients' requirement of " + std::string{broken} + ": loosen it";
        let_convicted_go(convicted,
                         {.why = why_none,
                          .tried = drawn.services.size(),
                          .candidates = options_.candidates,
                          .labels = situation.evidence.labels,
                          .fewest_members = options_.fewest_members,
                          .fewest = fewest(situation)},
                         situation, response, log);
        return response;
    }
    void learn(const Outcome& /*outcome*/, RoundLog& /*log*/) override {}
    void archive(Archive& archive) override {
        memory_.archive(archive);
        turnover_.archive(archive);
    }

private:
    [[nodiscard]] std::size_t fewest(const Situation& situation) const {
        return std::min(static_cast<std::size_t>(options_.fewest_members), situation.initial_members);
    }
    /// Trains on trial. Returns those that could be trained.
    static std::vector<sim::ServiceId> train(const std::vector<sim::ServiceId>& services, Laboratory& laboratory,
                                             Response& response) {
        std::vector<sim::ServiceId> trained;
        if (!services.empty()) {
            response.trials = laboratory.train_on_trial(services, 0);
            for (const TrialUpdate& trial : response.trials) {
                if (trial.trained) {
                    trained.push_back(trial.service);
                }
            }
        }
        return trained;
    }

    /// As many a round as there are candidates in others. Who is not taken back rests again.
    [[nodiscard]] Response take_back_who_left(const Situation& situation, Laboratory& laboratory, RoundLog& log) {
        Response response;
        const std::vector<sim::ServiceId>& members = situation.membership.members;
        if (situation.membership.trained.empty() || members.size() >= most(situation)) {
            return response;
        }
        std::vector<sim::ServiceId> who = turnover_.rested(situation.round);
        std::erase_if(
            who, [&](sim::ServiceId service) { return !situation.up.empty() && situation.up[service.value()] == 0; });
        who.resize(std::min(who.size(), tried_in_a_round(situation)));
        const std::vector<CameBack> back = take_back({.trained = situation.membership.trained,
                                                      .places = most(situation) - members.size(),
                                                      .candidates = train(who, laboratory, response),
                                                      .refuses = refuses(situation),
                                                      .error = options_.error,
                                                      .tolerance = options_.tolerance},
                                                     laboratory, log);
        for (const sim::ServiceId service : who) {
            turnover_.left(service, after_rest(situation.round));
        }
        for (const auto& [service, gain] : back) {
            make({.joins = service}, gain, {}, situation.round, response, log);
        }
        return response;
    }
    /// Of a change after others; `situation` outlives it. `broken`, where it is given, becomes the requirement that
    /// forbade a change.
    [[nodiscard]] static decltype(TakeUpRequest::refuses) refuses(const Situation& situation,
                                                                  std::string_view* broken = nullptr) {
        return [&situation, broken](std::span<const Change> made, const Change& change) {
            const std::string_view requirement = broken_requirement(situation, made, change);
            if (requirement.empty()) {
                return std::string{};
            }
            if (broken != nullptr) {
                *broken = requirement;
            }
            return "it breaks the clients' requirement of " + std::string{requirement};
        };
    }
    [[nodiscard]] sim::Round after_rest(sim::Round round) const {
        return sim::Round{round.value() + 1 + static_cast<sim::Round::Value>(options_.rest)};
    }
    [[nodiscard]] std::size_t tried_in_a_round(const Situation& situation) const {
        return static_cast<std::size_t>(std::min(options_.candidates, situation.evidence.trials));
    }

    /// What the clients require that a change of the members, after those that were made, breaks; empty when nothing.
    [[nodiscard]] static std::string_view broken_requirement(const Situation& situation, std::span<const Change> made,
                                                             const Change& change) {
        std::vector<sim::ServiceId> members = situation.membership.members;
        for (const Change& earlier : made) {
            members = changed(members, earlier);
        }
        const std::optional<Requirement> broken =
            broken_by(situation.requirements, situation.market, members, changed(members, change));
        return broken ? name_of(*broken) : std::string_view{};
    }
    [[nodiscard]] std::size_t most(const Situation& situation) const {
        return static_cast<std::size_t>(options_.most_members(static_cast<std::int64_t>(situation.initial_members),
                                                              static_cast<std::int64_t>(situation.market.size())));
    }

    /// Predecessors of convicted newcomers come first; the bandit draws the others.
    [[nodiscard]] DrawnCandidates draw(const Situation& situation, const Convicted& convicted, Laboratory& laboratory,
                                       RoundLog& log) const {
        std::vector<sim::ServiceId> predecessors;
        for (const sim::ServiceId service : convicted.services) {
            if (const sim::ServiceId before = turnover_.predecessor(service); before.valid()) {
                predecessors.push_back(before);
            }
        }
        return draw_candidates(
            situation,
            {.wanted = tried_in_a_round(situation),
             .shortlist = static_cast<std::size_t>(options_.fingerprints),
             .nearness = options_.nearness_used(),
             .first = predecessors,
             .rests = [&](sim::ServiceId service) { return turnover_.rests(service, situation.round); },
             .rest = options_.rest},
            *memory_.policy, bandit_, laboratory, log);
    }

    void make(const Change& change, double gain, const Convicted& convicted, sim::Round round, Response& response,
              RoundLog& log) {
        const auto& [leaves, joins] = change;
        if (leaves.valid() && turnover_.is_newcomer(leaves) && convicted.has(leaves)) {
            log.rolled_back(change, gain);
        } else {
            log.changed(change, gain);
        }
        if (leaves.valid()) {
            // A predecessor that was not convicted itself may come back at once when its successor is.
            const bool may_be_back = joins.valid() && !convicted.has(leaves);
            turnover_.left(leaves, may_be_back ? sim::Round{round.value() + 1} : after_rest(round));
        }
        if (joins.valid()) {
            turnover_.joined(joins, leaves);
        }
        if (!leaves.valid()) {
            response.integrations.push_back(joins);
        } else if (!joins.valid()) {
            response.removals.push_back(leaves);
        } else {
            response.substitutions.push_back({.outgoing = leaves, .incoming = joins});
        }
    }

    /// Whom the test convicted leaves, whatever the round's few samples say: the worst of them, where the round removes
    /// nobody else without a substitute and enough members stay.
    void let_convicted_go(const Convicted& convicted, const NoSubstitute& none, const Situation& situation,
                          Response& response, RoundLog& log) {
        const auto stays = [&](sim::ServiceId service) {
            return std::ranges::find(response.removals, service) == response.removals.end() &&
                   std::ranges::find(response.substitutions, service, &Substitution::outgoing) ==
                       response.substitutions.end();
        };
        const auto worst = std::ranges::find_if(convicted.services, stays);
        if (worst == convicted.services.end()) {
            return;
        }
        const std::size_t members =
            situation.membership.members.size() + response.integrations.size() - response.removals.size();
        if (convicted.all()) {
            log.collapsed(convicted.services.size(), relaxation_for_all(convicted, situation.assessment.tolerance));
        } else if (members > fewest(situation) && response.removals.empty()) {
            log.convicted(*worst, convicted.harm(*worst));
            make({.leaves = *worst}, convicted.harm(*worst), convicted, situation.round, response, log);
        } else if (members <= fewest(situation) && response.substitutions.empty()) {
            log.collapsed(convicted.services.size(), relaxation_without_substitute(none));
        }
    }

    Heal options_;
    BanditOptions bandit_;
    StrategyMemory memory_;
    Turnover turnover_;
};

std::unique_ptr<Strategy> Heal::make(const SubstitutionOptions& substitution) const {
    return std::make_unique<Healing>(*this, substitution);
}

void declare(sim::OptionVisitor& visitor, Heal& leaf) {
    visitor.option("candidates", leaf.candidates,
                   {.doc = "Services outside the composition that are trained on trial in a round that responds",
                    .range = sim::between(1, sim::most_services)});
    visitor.option("fingerprints", leaf.fingerprints,
                   {.doc = "Services outside the composition whose data are compared with the streams in a round that "
                           "responds. 0 = none: the bandit draws the candidates by what they advertise",
                    .range = sim::between(0, sim::most_services)});
    visitor.choice("nearness", leaf.nearness, {.doc = "What it is for that a service's data are near to the streams"});
    visitor.option("most_changes", leaf.most_changes,
                   {.doc = "Most changes of members that a round proposes, to be proven together",
                    .range = sim::between(1, sim::most_services)});
    visitor.option("fewest_members", leaf.fewest_members,
                   {.doc = "Members that stay: nobody leaves without a substitute below this, whatever is proven",
                    .range = sim::between(2, sim::most_services)});
    visitor.option("doubt", leaf.doubt,
                   {.doc = "Chance that a change is proposed though it gains nothing. The samples that choose are not "
                           "those that prove",
                    .range = {.low = 1e-6, .high = 0.5}});
    visitor.option(
        "error", leaf.error,
        {.doc =
             "Chance that a proposal is made though it gains nothing, or that who has left comes back though it harms",
         .range = {.low = 1e-6, .high = 0.5}});
    visitor.option(
        "margin", leaf.margin,
        {.doc = "What each change must gain more than, for its trouble: half of what the Brier loss falls by",
         .range = sim::between(0, 1)});
    visitor.option(
        "tolerance", leaf.tolerance,
        {.doc = "A service that has left may come back where it is proven to harm by less than this: half of "
                "what the Brier loss rises by",
         .range = sim::between(0, 1)});
    visitor.option("full_gain", leaf.full_gain,
                   {.doc = "Mean gain of a candidate that earns the bandit's reward 1; its negative earns 0",
                    .range = sim::positive()});
    visitor.option("rest", leaf.rest,
                   {.doc = "Rounds in which a service that was convicted or let go is not tried again",
                    .unit = "rounds",
                    .range = sim::between(0, sim::most_rounds)});
    visitor.option("growth", leaf.growth,
                   {.doc = "Most members beyond those at the start; 0 = half as many again",
                    .range = sim::between(0, sim::most_services)});
}

}  // namespace

sim::Kind<StrategyOptions> heal_strategy() {
    return sim::Kind<StrategyOptions>::of<Heal>(
        "heal",
        "integrate, replace and remove services, each change proven on labelled samples before it is made; who has "
        "left comes back once it is proven that it does no harm");
}

}  // namespace mlaasim::composition
