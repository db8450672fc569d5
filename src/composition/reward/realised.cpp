#include <algorithm>
#include <cmath>

#include "composition/reward.hpp"

namespace mlaasim::composition {
namespace {

/// Of arms that join: 1/2 + change / (2 full_scale), clamped to [0, 1]; a change that is not finite earns 0. Of others
/// CS_i.
struct Realised final : Reward {
    double full_scale = 0.05;

    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::labels}; }
    [[nodiscard]] bool waits_for_outcome() const override { return true; }
    [[nodiscard]] std::optional<double> at_once(double confidence, bool joins) const override {
        return joins ? std::nullopt : std::optional{confidence};
    }
    [[nodiscard]] double of_change(double accuracy_change) const override {
        if (!std::isfinite(accuracy_change)) {
            return 0;
        }
        return std::clamp(0.5 + accuracy_change / (2 * full_scale), 0.0, 1.0);
    }
};

void declare(sim::OptionVisitor& visitor, Realised& leaf) {
    visitor.option(
        "full_scale", leaf.full_scale,
        {.doc = "Change in accuracy that earns the realised reward 1; its negative earns 0", .range = sim::positive()});
}

}  // namespace

sim::Kind<Reward> realised_reward() {
    return sim::Kind<Reward>::of<Realised>("realised",
                                           "for services that joined, what the round's substitution changed in the "
                                           "composition's accuracy on labelled samples");
}

}  // namespace mlaasim::composition
