// Judging one candidate by its trial.
#pragma once

#include "composition/confidence.hpp"
#include "composition/laboratory.hpp"
#include "composition/marketplace.hpp"
#include "composition/rules.hpp"

namespace mlaasim::composition {

/// What a trial says of a candidate; one that was not trained, or whose parameters are not finite, has confidence 0 and
/// no rules.
struct TrialJudgement {
    bool judged = false;
    RuleOutcomes rules{};
    Confidence confidence{};
};

[[nodiscard]] TrialJudgement judge(const Marketplace& market, const PerformingComposition& composition,
                                   const TrialUpdate& trial, const RuleOptions& rules,
                                   const ConfidenceOptions& confidence);

}  // namespace mlaasim::composition
