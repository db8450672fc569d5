// The coordinator's round: train, aggregate, evaluate, assess, adapt; decided here, carried out by the cluster.
#pragma once

#include <memory>
#include <vector>

#include "app/cluster.hpp"
#include "app/world.hpp"
#include "composition/assessment/assessment.hpp"
#include "composition/marketplace.hpp"
#include "composition/strategy.hpp"
#include "composition/substitution.hpp"
#include "sim/availability.hpp"
#include "sim/qos.hpp"
#include "sim/trace.hpp"

namespace mlaasim::app {

class Coordinator {
public:
    Coordinator(const World& world, Cluster& cluster);

    /// Round 0: every service that may become a candidate trains once, so that it can advertise its effectiveness.
    /// False when the scenario needs no such round.
    bool publish(sim::RowBuffer& rows);
    /// Plays a round; its rows are appended. Returns the row of `rounds`.
    sim::RoundRecord play(sim::Round round, sim::RowBuffer& rows);

    /// What can't be recomputed, with the service states that changed since the last call.
    [[nodiscard]] sim::Checkpoint checkpoint(sim::Round round);
    /// Throws InputError when the checkpoint does not fit the scenario.
    void restore(const sim::Checkpoint& checkpoint);

private:
    /// What a round has found out so far.
    struct Progress {
        sim::Round round;
        std::vector<sim::ServiceId> available{};  ///< members without outage
        std::vector<sim::ServiceId> trained{};    ///< members whose updates make the composition
        sim::RoundRecord record{};
        std::vector<fl::Confusion> evaluation{};  ///< by client
        std::vector<fl::Confusion> adapted_evaluation{};
    };

    void note_drift_and_outages(Progress& progress, sim::RowBuffer& rows);
    void train(Progress& progress, sim::RowBuffer& rows);
    void evaluate(Progress& progress);
    [[nodiscard]] composition::Assessment assess(Progress& progress, sim::RowBuffer& rows);
    void adapt(Progress& progress, const composition::Assessment& assessment, sim::RowBuffer& rows);
    void evaluate_again(Progress& progress);
    void record_clients(const Progress& progress, sim::RowBuffer& rows) const;

    /// Adapts services at test time; returns those that are not composable afterwards.
    std::vector<sim::ServiceId> adapt_at_test_time(Progress& progress, const std::vector<sim::ServiceId>& services,
                                                   sim::RowBuffer& rows);
    /// Replaces services. The rows of `bandit` are not appended yet: realised rewards are still to come.
    composition::SubstitutionOutcome substitute(Progress& progress, const std::vector<sim::ServiceId>& services,
                                                const std::vector<sim::ServiceId>& performing, sim::RowBuffer& rows);

    void observe(sim::Round round, const ServiceReport& report);
    [[nodiscard]] sim::ServiceRecord service_record(sim::Round round, sim::ServiceId service,
                                                    std::string_view role) const;
    void record_training(sim::Round round, const ServiceReport& report, std::string_view role,
                         sim::RowBuffer& rows) const;
    [[nodiscard]] StartFrom member_start() const;

    const World& world_;
    Cluster& cluster_;
    sim::Availability availability_;
    sim::QosModel qos_;
    composition::Marketplace market_;
    std::unique_ptr<composition::Policy> policy_;
    std::vector<sim::ServiceId> members_;
    std::vector<sim::ServiceId> adapted_before_;
    std::vector<sim::ServiceId> changed_states_;  ///< ensembles: since the last checkpoint
};

}  // namespace mlaasim::app
