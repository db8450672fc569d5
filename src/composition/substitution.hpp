// From underperforming services to their substitutes: filter, selection rounds, rules, assignment (Alg. 2-4).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "composition/bandit/policy.hpp"
#include "composition/confidence.hpp"
#include "composition/evidence.hpp"
#include "composition/filter.hpp"
#include "composition/laboratory.hpp"
#include "composition/marketplace.hpp"
#include "composition/reward.hpp"
#include "composition/round_log.hpp"
#include "composition/rules.hpp"

namespace mlaasim::composition {

/// Both run the same loop. Another kind of search is another strategy.
enum class SelectionForm {
    until_replaced,  ///< each round picks as many untried candidates as services remain to be replaced (default)
    literal,         ///< Alg. 4 as printed: every round picks K of all candidates, the last round's arms are the result
};

struct SubstitutionOptions {
    SelectionForm selection = SelectionForm::until_replaced;
    std::int64_t selection_rounds = 3;
    FilterOptions filter{};
    RuleOptions rules{};
    ConfidenceOptions confidence{};
    BanditOptions bandit{};
    sim::Chosen<Reward> reward{reward_kinds()};
};

[[nodiscard]] std::vector<sim::Choice> choices_of(SelectionForm);
void declare(sim::OptionVisitor& visitor, SubstitutionOptions& options);

struct SubstitutionRequest {
    std::span<const sim::ServiceId> underperforming;  ///< worst first
    std::span<const sim::ServiceId> members;          ///< of the whole composition
    std::span<const std::uint8_t> available{};        ///< by service id; empty: all are
    std::span<const sim::ServiceId> excluded{};       ///< never candidates this round
    Requirements requirements{};                      ///< of all clients together, which no substitution may break
    std::int64_t trials = EvidenceOptions{}.trials;   ///< most trainings of candidates
    PerformingComposition composition;
};

struct Substitution {
    sim::ServiceId outgoing;
    sim::ServiceId incoming;
    double confidence = 0;
    /// False: it has not been trained in this round, so it takes part from the next one on.
    bool tried = true;
};

struct SubstitutionOutcome {
    std::vector<Substitution> substitutions;  ///< worst outgoing service first, with the best incoming one
    std::vector<TrialUpdate> trials;          ///< every trial of the round, in the order made
    std::vector<PendingReward> pending;       ///< for reward_realised() once the new composition is evaluated
};

/// Replaces nothing when nothing underperforms or no candidate passes. `random` is used by policies that draw.
[[nodiscard]] SubstitutionOutcome substitute(const Marketplace& market, const SubstitutionRequest& request,
                                             Laboratory& laboratory, Policy& policy, const SubstitutionOptions& options,
                                             sim::RandomStream random, RoundLog& log);

}  // namespace mlaasim::composition
