#include "fl/aggregation/aggregator.hpp"

namespace mlaasim::fl {
namespace {

/// Parameters averaged, each member alike.
struct Uniform final : Aggregator {
    [[nodiscard]] std::int64_t weight(std::int64_t /*samples*/) const override { return 1; }
};

void declare(sim::OptionVisitor& /*visitor*/, Uniform& /*options*/) {}

}  // namespace

sim::Kind<Aggregator> uniform_aggregator() {
    return sim::Kind<Aggregator>::of<Uniform>("uniform", "parameters averaged, each member alike");
}

}  // namespace mlaasim::fl
