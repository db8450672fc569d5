// The kinds of aggregators, each in the file of its name.
#include <array>

#include "fl/aggregation/aggregator.hpp"

namespace mlaasim::fl {

sim::Kind<Aggregator> fedavg_aggregator();
sim::Kind<Aggregator> uniform_aggregator();
sim::Kind<Aggregator> soft_vote_aggregator();

std::span<const sim::Kind<Aggregator>> aggregator_kinds() {
    static const std::array kinds{
        fedavg_aggregator(),
        uniform_aggregator(),
        soft_vote_aggregator(),
    };
    return kinds;
}

}  // namespace mlaasim::fl
