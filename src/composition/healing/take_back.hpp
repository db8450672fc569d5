// Services that have left a composition come back when they do not harm it any more.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "composition/laboratory.hpp"
#include "composition/round_log.hpp"
#include "sim/core/ids.hpp"

namespace mlaasim::composition {

struct TakeBackRequest {
    std::vector<sim::ServiceId> trained;     ///< the members whose updates make the composition
    std::size_t places = 0;                  ///< how many may come back
    std::vector<sim::ServiceId> candidates;  ///< trained on trial in this round
    /// As TakeUpRequest::refuses.
    std::function<std::string(std::span<const Change> made, const Change& change)> refuses{};
    double error = 0.05;       ///< chance that any of them comes back though it harms by more than the tolerance
    double tolerance = 0.002;  ///< harm up to this is no harm: half of what the Brier loss rises by
};

struct CameBack {
    sim::ServiceId service;
    double gain = 0;  ///< mean, on the labelled samples
};

/// Those of the candidates with which, in their order and beside those before them, the composition is no worse: the
/// mean gain on the labelled samples is above 0, and its lower bound (paired_gain, of all candidates at once) above
/// -tolerance. That is a test of non-inferiority.
[[nodiscard]] std::vector<CameBack> take_back(const TakeBackRequest& request, Laboratory& laboratory, RoundLog& log);

}  // namespace mlaasim::composition
