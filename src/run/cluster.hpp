// The coordinator's view of all ranks as one: each call is an order to every rank, this one included.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "run/worker.hpp"

namespace mlaasim::run {

/// Lives on rank 0; the other ranks are in Worker::serve(). The destructor lets them go.
class Cluster {
public:
    Cluster(Worker& worker, sim::Communicator communicator);
    ~Cluster();
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    /// Trains the members; the mean of their updates becomes the composition.
    std::vector<ServiceReport> train(sim::Round round, std::vector<sim::ServiceId> members, StartFrom start, Keep keep);
    /// Trains services outside the composition; `keep` leaves their updates on the ranks.
    std::vector<ServiceReport> train_on_trial(sim::Round round, std::vector<sim::ServiceId> services, StartFrom start,
                                              Keep keep);
    /// The kept updates of these services become the composition.
    void recompose(std::vector<sim::ServiceId> members);
    /// The composition that these services would make, put aside.
    void compose_aside(std::vector<sim::ServiceId> members);
    std::vector<fl::Confusion> evaluate(sim::Round round, std::vector<sim::ServiceId> voters);
    std::vector<double> leave_one_out(sim::Round round, std::vector<sim::ServiceId> members);
    std::vector<ServiceValue> update_distances(sim::Round round, std::vector<sim::ServiceId> members,
                                               composition::DistanceKind kind);
    std::vector<std::vector<float>> fetch_rows(std::vector<sim::ServiceId> services);
    std::vector<AdaptationReport> adapt(sim::Round round, std::vector<sim::ServiceId> services);
    void forget_all_but(std::vector<sim::ServiceId> services);
    void restore(std::vector<sim::ServiceId> services, std::vector<float> parameters);
    std::vector<sim::TimingRecord> collect_timing();
    bool vote_to_stop();

    [[nodiscard]] std::span<const float> composition() const { return worker_.composition(); }
    /// What compose_aside() made.
    [[nodiscard]] std::span<const float> set_aside() const { return worker_.set_aside(); }
    [[nodiscard]] bool has_kept_row(sim::ServiceId service) const { return worker_.has_kept_row(service); }
    [[nodiscard]] std::span<const float> kept_row(sim::ServiceId service) const { return worker_.kept_row(service); }

private:
    const Command& order(Command command);

    Worker& worker_;
    sim::Communicator communicator_;
    Command last_;
};

}  // namespace mlaasim::run
