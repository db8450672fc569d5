// What both forms of LinUCB (Li et al., WWW 2010) have in common: expected reward + alpha times its uncertainty.
#pragma once

#include "composition/bandit/linear_model.hpp"
#include "composition/bandit/policy.hpp"

namespace mlaasim::composition {

/// Among which candidates each pick is made.
enum class DrawKind {
    all,      ///< all that remain (default)
    subsets,  ///< floor(N / K) of them at random, per pick (Alg. 4 as printed)
};

struct LinUcbOptions {
    DrawKind draw = DrawKind::all;
    double alpha = 0.1;  ///< weight of the uncertainty
    LinearModelOptions model{};
};

[[nodiscard]] std::vector<sim::Choice> choices_of(DrawKind);
void declare(sim::OptionVisitor& visitor, LinUcbOptions& options);

[[nodiscard]] ArmScore linucb_score(const LinUcbOptions& options, const LinearSolution& solution,
                                    std::span<const double> context);

[[nodiscard]] std::vector<std::size_t> linucb_pick(const LinUcbOptions& options, const Contexts& contexts,
                                                   std::span<const std::size_t> rows, std::span<const ArmScore> scores,
                                                   std::size_t count, sim::RandomStream& random);

}  // namespace mlaasim::composition
