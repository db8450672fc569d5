#include "run/cluster.hpp"

#include <exception>

#include "sim/core/error.hpp"

namespace mlaasim::run {

Cluster::Cluster(Worker& worker, sim::Communicator communicator)
    : worker_{worker}, communicator_{std::move(communicator)} {
    sim::expects(communicator_.is_root(), "the coordinator is rank 0");
}

Cluster::~Cluster() {
    // While an exception unwinds the other ranks are ended by MPI, not by an order that they may not be waiting for.
    if (std::uncaught_exceptions() == 0) {
        static_cast<void>(announce(StopStep{}, {}));
    }
}

Order Cluster::announce(Step step, sim::Round round) {
    Order order{.round = round, .step = std::move(step)};
    if (communicator_.size() > 1) {
        std::vector<std::byte> bytes = pack(order);
        communicator_.broadcast(bytes);
    }
    communicator_.begin(name_of(order));
    return order;
}

OwnWork::~OwnWork() {
    const auto within = cluster_.accounted_ - accounted_before_;
    const auto own = std::chrono::steady_clock::now() - start_ - within;
    cluster_.worker_.note_time(phase_, own);
    cluster_.accounted_ += own;
}

std::int64_t Cluster::assessment_samples() {
    std::int64_t samples = 0;
    for (const sim::SampleBlock& block : worker_.assessment_blocks()) {
        samples += static_cast<std::int64_t>(block.count());
    }
    return samples;
}

}  // namespace mlaasim::run
