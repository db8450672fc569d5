#include "tta/serving/serving.hpp"

namespace mlaasim::tta {
namespace {

/// The composition, as it is.
struct Plain final : Serving {
    [[nodiscard]] bool looks() const override { return false; }
    [[nodiscard]] Decision decide(const ServedComposition& /*composition*/, const sim::SampleBlock& window,
                                  const sim::SampleBlock& /*labelled*/,
                                  const DriftedStream& /*drifted*/) const override {
        return {.samples = static_cast<std::int64_t>(window.count())};
    }
};

void declare(sim::OptionVisitor& /*visitor*/, Plain& /*options*/) {}

}  // namespace

sim::Kind<Serving> plain_serving() {
    return sim::Kind<Serving>::of<Plain>("plain", "every client gets the composition as it is");
}

}  // namespace mlaasim::tta
