// The strategy that adapts a service at test time first, and replaces it when that did not help.
#pragma once

#include "composition/strategies/memory.hpp"
#include "composition/strategies/replacement.hpp"
#include "composition/strategy.hpp"

namespace mlaasim::composition {

/// A service that underperforms is adapted. It is replaced when it is not composable afterwards, when it was adapted in
/// the assessment before and underperforms again, or when the models can't be adapted.
class TtaThenSubstitute final : public Strategy {
public:
    explicit TtaThenSubstitute(const SubstitutionOptions& options) : memory_{options.bandit}, replacement_{options} {}

    Response respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) override;
    void learn(const Outcome& outcome, RoundLog& log) override { replacement_.learn(outcome, *memory_.policy, log); }
    void archive(Archive& archive) override { memory_.archive(archive); }

private:
    Memory memory_;
    Replacement replacement_;
};

}  // namespace mlaasim::composition
