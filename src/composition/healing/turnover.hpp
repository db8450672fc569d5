// Who has come and gone: newcomers, whom they replaced, and who may not come back yet.
#pragma once

#include <map>
#include <vector>

#include "composition/archive.hpp"
#include "sim/core/ids.hpp"

namespace mlaasim::composition {

class Turnover {
public:
    /// A service is a member from now on, in the place of `predecessor`, who may be nobody.
    void joined(sim::ServiceId newcomer, sim::ServiceId predecessor);
    /// A service is a member no more, and rests until before this round.
    void left(sim::ServiceId service, sim::Round back);

    /// Whether it joined the composition after the start, and is still there.
    [[nodiscard]] bool is_newcomer(sim::ServiceId service) const { return newcomers_.contains(service); }
    /// Whom a newcomer replaced; an invalid id for nobody.
    [[nodiscard]] sim::ServiceId predecessor(sim::ServiceId newcomer) const;
    [[nodiscard]] bool rests(sim::ServiceId service, sim::Round round) const;
    /// Who has been a member, is none, and rests no more; who may have been tried again for longest comes first.
    [[nodiscard]] std::vector<sim::ServiceId> rested(sim::Round round) const;

    void archive(Archive& archive);

private:
    std::map<sim::ServiceId, sim::ServiceId> newcomers_;  ///< and their predecessors
    std::map<sim::ServiceId, sim::Round> back_;           ///< the first round in which it may be tried again
};

}  // namespace mlaasim::composition
