#include "composition/monitor/page_hinkley.hpp"
#include "composition/monitor/trigger.hpp"

namespace mlaasim::composition {
namespace {

struct PageHinkleyTrigger final : TriggerOptions {
    // The usual threshold of 50 is for thousands of values; a round has hundreds.
    PageHinkleyOptions detector{.threshold = 10};

    [[nodiscard]] bool watches() const override { return true; }
    [[nodiscard]] std::unique_ptr<Detector> make() const override { return std::make_unique<PageHinkley>(detector); }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::labels}; }
};

void declare(sim::OptionVisitor& visitor, PageHinkleyTrigger& leaf) {
    declare_watching(visitor, leaf);
    declare(visitor, leaf.detector);
}

}  // namespace

sim::Kind<TriggerOptions> page_hinkley_trigger() {
    return sim::Kind<TriggerOptions>::of<PageHinkleyTrigger>(
        "page_hinkley",
        "when the errors on labelled samples rise above their mean, round after round, or a requirement is unmet");
}

}  // namespace mlaasim::composition
