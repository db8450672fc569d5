// Changing a composition step by step, each change proven by labelled samples before it is made.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "composition/healing/paired_gain.hpp"
#include "composition/laboratory.hpp"
#include "composition/round_log.hpp"
#include "sim/core/ids.hpp"

namespace mlaasim::composition {

struct ProvenChange {
    Change change;
    PairedGain gain;
};

struct TakeUpRequest {
    std::vector<sim::ServiceId> trained;     ///< the members whose updates make the composition
    std::size_t members = 0;                 ///< of the composition, those without an update included
    std::size_t fewest = 2;                  ///< no member leaves without a substitute below this
    std::size_t most = 2;                    ///< nobody joins beside the members beyond this
    std::vector<sim::ServiceId> suspects;    ///< the members that may leave, worst first
    std::vector<sim::ServiceId> candidates;  ///< trained on trial in this round; they may join
    /// Why a change may not be made after the others, whatever it gains; empty when it may, as is every change without
    /// this function.
    std::function<std::string(std::span<const ProvenChange> made, const Change& change)> refuses{};
};

struct TakeUpOutcome {
    std::vector<ProvenChange> changes;  ///< to be made, in this order
    /// By candidate, the mean gain of taking it in beside the members, before any change.
    std::map<sim::ServiceId, double> gains;
};

/// Greedy. In each step these actions are compared with the composition that the step before has left, on the same
/// labelled samples: to take a candidate in, to replace a suspect by it, to let a suspect go. The one with the best
/// lower bound of its gain is made if that is above 0, else it ends; ties go to integrations, then substitutions, then
/// removals, and to smaller ids. One member at most leaves without a substitute.
[[nodiscard]] TakeUpOutcome take_up(const TakeUpRequest& request, const GainTest& test, Laboratory& laboratory,
                                    RoundLog& log);

}  // namespace mlaasim::composition
