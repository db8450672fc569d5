#include "composition/monitor/adwin.hpp"
#include "composition/monitor/trigger.hpp"

namespace mlaasim::composition {
namespace {

struct AdwinTrigger final : TriggerOptions {
    AdwinOptions detector{};

    [[nodiscard]] bool watches() const override { return true; }
    [[nodiscard]] std::unique_ptr<Detector> make() const override { return std::make_unique<Adwin>(detector); }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::labels}; }
};

void declare(sim::OptionVisitor& visitor, AdwinTrigger& leaf) {
    declare_watching(visitor, leaf);
    declare(visitor, leaf.detector);
}

}  // namespace

sim::Kind<TriggerOptions> adwin_trigger() {
    return sim::Kind<TriggerOptions>::of<AdwinTrigger>(
        "adwin",
        "when the old and the new part of a window over the labelled samples differ, or a requirement is unmet");
}

}  // namespace mlaasim::composition
