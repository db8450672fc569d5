// The part of a round that responds: what is done about services that underperform, and what came of it.
#pragma once

#include "composition/strategy.hpp"

namespace mlaasim::composition {

/// A strategy's response, carried out.
struct Adaptation {
    Response response;
    Membership membership;  ///< afterwards
};

/// Lets the strategy respond, the marketplace learn from the trials, and the strategy learn from the new composition.
/// `market` is the situation's.
[[nodiscard]] Adaptation carry_out_response(Strategy& strategy, const Situation& situation, Marketplace& market,
                                            Laboratory& laboratory, RoundLog& log);

}  // namespace mlaasim::composition
