// What is done about services that underperform: decided here, carried out by a laboratory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "composition/archive.hpp"
#include "composition/assessment/assessment.hpp"
#include "composition/evidence.hpp"
#include "composition/laboratory.hpp"
#include "composition/marketplace.hpp"
#include "composition/membership.hpp"
#include "composition/requirements.hpp"
#include "composition/round_log.hpp"
#include "composition/substitution.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"
#include "sim/options/need.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// What is true of a service in a round, as the schedule of drift has it. No composition in service could know it.
struct ServiceTruth {
    bool harmful = false;  ///< its labels mean something else than those of most clients
    bool fits =
        false;  ///< its inputs are nearer to those of most clients than untouched ones are, its labels are theirs
};

/// What a strategy knows when it responds.
struct Situation {
    sim::Round round;
    sim::Seed seed;  ///< of the scenario
    const Marketplace& market;
    const Assessment& assessment;
    const Membership& membership;
    std::span<const std::uint8_t> up{};     ///< by service id, 1 = without outage; empty: all are
    EvidenceOptions evidence{};             ///< what may be used in this round
    std::size_t initial_members = 0;        ///< of the composition at the start of the run
    Requirements requirements{};            ///< of all clients together; broken_by() says whether a change breaks them
    bool alarm = true;                      ///< adaptation.trigger is open: the composition got worse, or may have
    std::span<const ServiceTruth> truth{};  ///< by service id, for strategies that know it; else empty
};

/// What a strategy has done, and what is still to be done.
struct Response {
    std::vector<sim::ServiceId> adapted{};       ///< at test time: their updates are already replaced
    std::vector<Substitution> substitutions{};   ///< to be made
    std::vector<sim::ServiceId> removals{};      ///< members that leave without a substitute
    std::vector<sim::ServiceId> integrations{};  ///< services that join beside the members
    std::vector<TrialUpdate> trials{};           ///< made on the way, for the marketplace to learn from
    bool trained_anew = false;                   ///< members' updates are others than before

    [[nodiscard]] bool changes_composition() const {
        return !adapted.empty() || !substitutions.empty() || !removals.empty() || !integrations.empty() || trained_anew;
    }
};

/// What came of a response: both on the labelled samples of the round.
struct Outcome {
    double accuracy_before = 0;
    double accuracy_after = 0;
};

class Strategy {
public:
    virtual ~Strategy() = default;

    /// Called in every round that assesses and has an alarm (StrategyOptions::responds_without_alarm()), also when
    /// nothing underperforms.
    [[nodiscard]] virtual Response respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) = 0;
    /// Whether learn() is to be called. It takes labels.
    [[nodiscard]] virtual bool learns_from_outcome() const { return false; }
    /// Called once after a response that changes the composition, in the same round.
    virtual void learn(const Outcome& /*outcome*/, RoundLog& /*log*/) {}
    /// All that must be known in later rounds.
    virtual void archive(Archive& archive) = 0;
};

/// An option of a scenario, by its path, and a value as a scenario has it.
struct Setting {
    std::string_view path;
    std::string_view value;
};

/// The options of a kind of strategy, and what follows from them.
struct StrategyOptions {
    virtual ~StrategyOptions() = default;

    /// The strategy that the options ask for, with nothing learnt yet. `substitution`: how substitutes are found.
    [[nodiscard]] virtual std::unique_ptr<Strategy> make(const SubstitutionOptions& substitution) const = 0;

    /// Whether it replaces services by others of the marketplace. If so, every service advertises itself in round 0.
    [[nodiscard]] virtual bool replaces_services() const { return false; }
    /// Whether candidates must pass the filter of the substitution options.
    [[nodiscard]] virtual bool filters_candidates() const { return replaces_services(); }
    /// Whether it also responds while Situation::alarm is false. Else such a round neither assesses nor responds.
    [[nodiscard]] virtual bool responds_without_alarm() const { return false; }
    /// Whether it asks the laboratory to adapt services at test time.
    [[nodiscard]] virtual bool adapts_at_test_time() const { return false; }
    /// Whether it acts on members that labelled samples prove to harm: then the scenario's assessment must be of a kind
    /// that proves harm.
    [[nodiscard]] virtual bool acts_on_harm() const { return false; }
    /// Whether clients are served by what fits their streams, too, where the scenario does not say how they are served.
    [[nodiscard]] virtual bool serves_by_stream() const { return false; }
    /// The kind of trigger that it waits for, where the scenario does not say and labels are granted; empty: the
    /// default.
    [[nodiscard]] virtual std::string_view trigger() const { return {}; }
    /// Whether it is told the truth about every service: a reference that no composition in service could be.
    [[nodiscard]] virtual bool knows_truth() const { return false; }
    /// The most members that a composition of `initial` ones may grow to, in a marketplace of `services`.
    [[nodiscard]] virtual std::int64_t most_members(std::int64_t initial, std::int64_t /*services*/) const {
        return initial;
    }
    /// The trials a round that it needs to do anything, in a marketplace of `services`.
    [[nodiscard]] virtual std::int64_t fewest_trials(std::int64_t /*services*/) const { return 0; }
    /// Whether it ever does anything about what the assessment finds.
    [[nodiscard]] virtual bool responds() const { return true; }
    /// What the scenario must have in rounds that assess.
    [[nodiscard]] virtual sim::Needs needs() const { return {}; }
    /// Options that are set where this kind is chosen. A scenario that sets one of them otherwise contradicts itself.
    [[nodiscard]] virtual std::span<const Setting> settings() const { return {}; }
};

/// The kinds of strategies; the first is the default.
[[nodiscard]] std::span<const sim::Kind<StrategyOptions>> strategy_kinds();

}  // namespace mlaasim::composition
