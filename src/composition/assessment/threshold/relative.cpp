#include "composition/assessment/threshold/threshold.hpp"

namespace mlaasim::composition {
namespace {

/// k / n. The shares of a score sum to about 1, so 1 / n is their mean.
struct Relative final : Threshold {
    double k = 0.25;

    [[nodiscard]] double of(std::size_t members) const override { return k / static_cast<double>(members); }
};

void declare(sim::OptionVisitor& visitor, Relative& leaf) {
    visitor.option("relative_threshold", leaf.k,
                   {.doc = "k: a score below k/n underperforms; 1 is the mean share", .range = sim::at_least(0)});
}

}  // namespace

sim::Kind<Threshold> relative_threshold() {
    return sim::Kind<Threshold>::of<Relative>("relative", "relative_threshold / n, of n members");
}

}  // namespace mlaasim::composition
