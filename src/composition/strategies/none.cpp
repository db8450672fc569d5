#include "composition/strategies/none.hpp"

namespace mlaasim::composition {

Response None::respond(const Situation&, Laboratory&, RoundLog&) { return {}; }

void None::learn(const Outcome&, RoundLog&) {}

}  // namespace mlaasim::composition
