// The strategy that assesses only.
#pragma once

#include "composition/strategies/memory.hpp"
#include "composition/strategy.hpp"

namespace mlaasim::composition {

class None final : public Strategy {
public:
    explicit None(const SubstitutionOptions& options) : memory_{options.bandit} {}

    Response respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) override;
    void learn(const Outcome& outcome, RoundLog& log) override;
    void archive(Archive& archive) override { memory_.archive(archive); }

private:
    Memory memory_;
};

}  // namespace mlaasim::composition
