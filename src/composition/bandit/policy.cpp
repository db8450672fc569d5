#include "composition/bandit/policy.hpp"

#include "sim/core/limits.hpp"

namespace mlaasim::composition {

void declare(sim::OptionVisitor& visitor, BanditOptions& options) {
    visitor.kind_beside("policy", options.policy, policy_kinds(), {.doc = "How candidates are chosen for a trial"});
    visitor.option("max_other_rows", options.max_other_rows,
                   {.doc = "Most candidates not chosen that are written to the trace a selection round, best first",
                    .range = sim::between(0, sim::most_services)});
}

}  // namespace mlaasim::composition
