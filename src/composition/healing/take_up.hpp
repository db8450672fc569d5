// Changing a composition by several changes at once: chosen on one half of the labelled samples, proven on the other.
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

struct TakeUpRequest {
    std::vector<sim::ServiceId> trained;     ///< the members whose updates make the composition
    std::size_t members = 0;                 ///< of the composition, those without an update included
    std::size_t fewest = 2;                  ///< no member leaves without a substitute below this
    std::size_t most = 2;                    ///< nobody joins beside the members beyond this
    std::size_t most_changes = 1;            ///< changes that are proposed together
    std::vector<sim::ServiceId> candidates;  ///< trained on trial in this round; they may join
    /// Why a change may not be made after the others, whatever it gains; empty when it may, as is every change without
    /// this function.
    std::function<std::string(std::span<const Change> made, const Change& change)> refuses{};
};

/// How sure one has to be, of each change.
struct TakeUpTests {
    GainTest choice{.error = 0.16};  ///< that it is worth a proposal
    GainTest proof{};                ///< that the proposal gains, all changes together; the margin is one a change
};

struct TakeUpOutcome {
    struct Made {
        Change change;
        double gain = 0;  ///< its mean gain on the samples that prove, after the changes before it
    };
    std::vector<Made> changes;  ///< to be made, in this order: all that were proposed, or none
    /// By candidate, the mean gain of taking it in beside the members, before any change.
    std::map<sim::ServiceId, double> gains;
};

/// Proposes a chain of changes on every other labelled sample. In each step candidates that would join and members that
/// would leave are compared with the composition that the step before has left, and the one with the best lower bound
/// of its gain follows, if that is above 0. A candidate that may not join beside the members is compared in the place
/// of the member that is missed least. Ties go to who joins before who leaves, and to smaller ids. The whole chain is
/// then one change: it is made if the lower bound of its gain is above 0 on the samples that chose nothing. So it
/// matters not how many were compared.
[[nodiscard]] TakeUpOutcome take_up(const TakeUpRequest& request, const TakeUpTests& tests, Laboratory& laboratory,
                                    RoundLog& log);

}  // namespace mlaasim::composition
