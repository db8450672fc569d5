// The strategy that adapts services that underperform at test time, and replaces none.
#pragma once

#include "composition/strategies/memory.hpp"
#include "composition/strategy.hpp"

namespace mlaasim::composition {

class Tta final : public Strategy {
public:
    explicit Tta(const SubstitutionOptions& options) : memory_{options.bandit} {}

    /// Does nothing when the models can't be adapted.
    Response respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) override;
    void learn(const Outcome& outcome, RoundLog& log) override;
    void archive(Archive& archive) override { memory_.archive(archive); }

private:
    Memory memory_;
};

}  // namespace mlaasim::composition
