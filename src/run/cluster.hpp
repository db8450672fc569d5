// The coordinator's view of all ranks as one: each call is an order to every rank, this one included.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
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
    [[nodiscard]] sim::Round round() const { return worker_.round(); }
    /// Has all ranks carry out a step of the round that goes on.
    template <class S>
    typename S::Result order(S step) {
        const auto start = std::chrono::steady_clock::now();
        const Order order = announce(std::move(step), worker_.round());
        typename S::Result result = std::get<S>(order.step).carry_out(worker_);
        accounted_ += std::chrono::steady_clock::now() - start;
        return result;
    }

    [[nodiscard]] std::span<const float> model(sim::ModelId id) const {
        return std::as_const(worker_).models().parameters(id);
    }
    /// Samples of all clients together on which the round assesses.
    [[nodiscard]] std::int64_t assessment_samples();
    /// The class of these samples, where all have the same one.
    [[nodiscard]] std::optional<std::uint32_t> only_labelled_class() { return worker_.only_labelled_class(); }
    /// On this rank, which has all rows of an ensemble.
    [[nodiscard]] const Updates& updates() const { return std::as_const(worker_).updates(); }

private:
    friend class OwnWork;

    /// Sends an order to the other ranks.
    Order announce(Step step, sim::Round round);

    Worker& worker_;
    sim::Communicator communicator_;
    std::chrono::steady_clock::duration accounted_{};  ///< in orders and own work so far
};

/// Measures what rank 0 does by itself, as a phase of the round: the time until this object's end without that of
/// orders and of other own work within.
class OwnWork {
public:
    OwnWork(Cluster& cluster, std::string_view phase) : cluster_{cluster}, phase_{phase} {}
    ~OwnWork();
    OwnWork(const OwnWork&) = delete;
    OwnWork& operator=(const OwnWork&) = delete;

private:
    Cluster& cluster_;
    std::string_view phase_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::duration accounted_before_ = cluster_.accounted_;
};

}  // namespace mlaasim::run
