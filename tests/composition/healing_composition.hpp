// A composition under the strategy that acts on proof, with members and candidates that are worth what a test wishes.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "composition/adapting_composition.hpp"

namespace mlaasim::composition::testing {

class HealingComposition : public AdaptingComposition {
protected:
    HealingComposition() {
        choose("heal, candidates: 3, rest: 2, growth: 1");
        laboratory.gains_of = [&](const Ids&, const Change& change) {
            double gain = gain_without.contains(change.leaves) ? 0.02 : 0.0;
            gain += gain_with.contains(change.joins) ? 0.01 : change.joins.valid() ? -0.01 : 0.0;
            return std::vector<double>{gain - 0.001, gain + 0.001, gain + 0.001, gain - 0.001};
        };
    }

    /// A round in which these are convicted, carried out.
    Adaptation play(const Ids& convicted) {
        assessment = {};
        for (const sim::ServiceId member : membership.trained) {
            const bool harms = std::ranges::find(convicted, member) != convicted.end();
            assessment.members.push_back(
                {.service = member, .qos_contribution = harms ? -0.02 : 0.01, .underperforming = harms});
        }
        assessment.underperforming = convicted;
        assessment.tolerance = assessment_tolerance;
        laboratory.calls.clear();
        laboratory.trials.clear();
        log = RoundLog{round};
        Situation now = situation();
        now.evidence.labels = labels;
        now.initial_members = initial;
        now.alarm = changed;
        now.requirements = requirements;
        now.evidence.trials = trials;
        now.up = up;
        Adaptation adaptation = carry_out_response(*strategy, now, market, laboratory, log);
        membership = adaptation.membership;
        round = sim::Round{round.value() + 1};
        return adaptation;
    }

    struct Told {
        std::string kind;
        std::int32_t service;
        std::int32_t other;
        friend bool operator==(const Told&, const Told&) = default;
    };
    [[nodiscard]] std::vector<Told> told() const {
        std::vector<Told> events;
        for (const sim::EventRecord& event : log.events()) {
            events.push_back({std::string{event.kind.view()}, event.id, event.other});
        }
        return events;
    }
    [[nodiscard]] Ids tried() const { return laboratory.trials.empty() ? Ids{} : laboratory.trials.front(); }
    [[nodiscard]] bool was_tried(sim::ServiceId service) const {
        const Ids ids = tried();
        return std::ranges::find(ids, service) != ids.end();
    }
    void only_up(std::initializer_list<std::uint32_t> services) {
        up.assign(market.size(), 0);
        for (const std::uint32_t service : services) {
            up[service] = 1;
        }
    }

    std::set<sim::ServiceId> gain_with{};     ///< candidates that the composition gains by
    std::set<sim::ServiceId> gain_without{};  ///< members that it gains without
    std::int64_t labels = 200;
    std::size_t initial = 4;
    Requirements requirements{};
    std::int64_t trials = 100;
    double assessment_tolerance = 0.002;
    bool changed = true;
    std::vector<std::uint8_t> up{};
};

}  // namespace mlaasim::composition::testing
