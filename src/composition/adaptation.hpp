// The part of a round that assesses and responds: what is found out, what is done about it, and what came of it.
#pragma once

#include <optional>
#include <span>

#include "composition/assessment/assessment.hpp"
#include "composition/strategy.hpp"

namespace mlaasim::composition {

/// Measures every trained member's contribution in the laboratory. At least two members.
[[nodiscard]] Assessment assess(std::span<const sim::ServiceId> trained, const Marketplace& market,
                                const AssessmentOptions& options, Laboratory& laboratory, RoundLog& log);

/// A strategy's response, carried out.
struct Adaptation {
    Response response;
    Membership membership;                   ///< afterwards
    std::optional<Evaluation> evaluation{};  ///< of the new composition; absent when nothing changed
};

/// Lets the strategy respond, the marketplace learn from the trials, and the strategy learn from the new composition.
/// `market` is the situation's.
[[nodiscard]] Adaptation carry_out_response(Strategy& strategy, const Situation& situation, Marketplace& market,
                                            Laboratory& laboratory, RoundLog& log);

}  // namespace mlaasim::composition
