#include "composition/monitor/trigger.hpp"

namespace mlaasim::composition {
namespace {

struct Always final : TriggerOptions {
    [[nodiscard]] bool always_open() const override { return true; }
};

void declare(sim::OptionVisitor& /*visitor*/, Always& /*leaf*/) {}

}  // namespace

sim::Kind<TriggerOptions> always_trigger() {
    return sim::Kind<TriggerOptions>::of<Always>("always", "in every round that assesses");
}

}  // namespace mlaasim::composition
