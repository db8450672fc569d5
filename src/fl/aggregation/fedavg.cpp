#include "fl/aggregation/aggregator.hpp"

namespace mlaasim::fl {
namespace {

/// Parameters averaged by sample count (McMahan et al. 2017).
struct FedAvg final : Aggregator {
    [[nodiscard]] std::int64_t weight(std::int64_t samples) const override { return samples; }
};

void declare(sim::OptionVisitor& /*visitor*/, FedAvg& /*options*/) {}

}  // namespace

sim::Kind<Aggregator> fedavg_aggregator() {
    return sim::Kind<Aggregator>::of<FedAvg>("fedavg", "parameters averaged, weighted by training samples");
}

}  // namespace mlaasim::fl
