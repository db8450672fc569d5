// The coordinator's view of all ranks as one: each call is an order to every rank, this one included.
#pragma once

#include <utility>

#include "run/steps/step.hpp"
#include "run/worker.hpp"
#include "sim/parallel/communicator.hpp"

namespace mlaasim::run {

/// Lives on rank 0; the other ranks are in Worker::serve(). The destructor ends their loops.
class Cluster {
public:
    Cluster(Worker& worker, sim::Communicator communicator);
    ~Cluster();
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    /// The steps from here on are of this round.
    void begin_round(sim::Round round) { worker_.enter(round); }
    /// Has all ranks carry out a step of the round that goes on.
    template <class S>
    typename S::Result order(S step) {
        const Order order = announce(std::move(step), worker_.round());
        return std::get<S>(order.step).carry_out(worker_);
    }

    [[nodiscard]] std::span<const float> model(sim::ModelId id) const {
        return std::as_const(worker_).models().parameters(id);
    }
    /// Samples of all clients together on which the round assesses.
    [[nodiscard]] std::int64_t assessment_samples();
    /// On this rank, which has all rows of an ensemble.
    [[nodiscard]] const Updates& updates() const { return std::as_const(worker_).updates(); }

private:
    /// Sends an order to the other ranks.
    Order announce(Step step, sim::Round round);

    Worker& worker_;
    sim::Communicator communicator_;
};

}  // namespace mlaasim::run
