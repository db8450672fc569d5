// What both forms of LinUCB (Li et al., WWW 2010) have in common: expected reward + alpha times its uncertainty.
#pragma once

#include "composition/bandit/draw/draw.hpp"
#include "composition/bandit/linear_model.hpp"
#include "composition/bandit/policy.hpp"

namespace mlaasim::composition {

struct LinUcbOptions {
    sim::Chosen<Draw> draw{draw_kinds()};
    double alpha = 0.1;  ///< weight of the uncertainty
    LinearModelOptions model{};
};

void declare(sim::OptionVisitor& visitor, LinUcbOptions& options);

[[nodiscard]] ArmScore linucb_score(const LinUcbOptions& options, const LinearSolution& solution,
                                    std::span<const double> context);

}  // namespace mlaasim::composition
