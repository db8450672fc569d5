#include "composition/monitor/trigger.hpp"

namespace mlaasim::composition {
namespace {

struct UnmetRequirements final : TriggerOptions {};

void declare(sim::OptionVisitor& visitor, UnmetRequirements& leaf) { declare_open_rounds(visitor, leaf); }

}  // namespace

sim::Kind<TriggerOptions> requirements_trigger() {
    return sim::Kind<TriggerOptions>::of<UnmetRequirements>("requirements", "when a requirement of a client is unmet");
}

}  // namespace mlaasim::composition
