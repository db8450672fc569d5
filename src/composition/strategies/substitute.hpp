// The strategy that replaces every service that underperforms (adaptive composition).
#pragma once

#include "composition/strategies/memory.hpp"
#include "composition/strategies/replacement.hpp"
#include "composition/strategy.hpp"

namespace mlaasim::composition {

class Substitute final : public Strategy {
public:
    explicit Substitute(const SubstitutionOptions& options) : memory_{options.bandit}, replacement_{options} {}

    Response respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) override;
    void learn(const Outcome& outcome, RoundLog& log) override { replacement_.learn(outcome, *memory_.policy, log); }
    void archive(Archive& archive) override { memory_.archive(archive); }

private:
    Memory memory_;
    Replacement replacement_;
};

}  // namespace mlaasim::composition
