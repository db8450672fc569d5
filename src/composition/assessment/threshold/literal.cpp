#include "composition/assessment/threshold/threshold.hpp"

namespace mlaasim::composition {
namespace {

/// theta of Alg. 1, whatever the number of members.
struct LiteralThreshold final : Threshold {
    double theta = 10;

    [[nodiscard]] double of(std::size_t /*members*/) const override { return theta; }
};

void declare(sim::OptionVisitor& visitor, LiteralThreshold& leaf) {
    visitor.option("literal_threshold", leaf.theta,
                   {.doc = "Theta of Alg. 1, on the scale of the score (percent when the QoS form is literal)"});
}

}  // namespace

sim::Kind<Threshold> literal_threshold() {
    return sim::Kind<Threshold>::of<LiteralThreshold>("literal", "literal_threshold, whatever the number of members");
}

}  // namespace mlaasim::composition
