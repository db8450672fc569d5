// The coordinator's round: train, aggregate, evaluate, assess, adapt. The cluster carries it out; composition decides.
#pragma once

#include <memory>
#include <vector>

#include "composition/archive.hpp"
#include "composition/assessment/assessment.hpp"
#include "composition/marketplace.hpp"
#include "composition/monitor/trigger.hpp"
#include "composition/strategy.hpp"
#include "run/adapted_services.hpp"
#include "run/cluster.hpp"
#include "run/cluster_laboratory.hpp"
#include "run/lasting_models.hpp"
#include "run/service_rows.hpp"
#include "run/world.hpp"
#include "sim/qos/availability.hpp"
#include "sim/qos/qos.hpp"
#include "sim/trace/trace.hpp"

namespace mlaasim::run {

class Coordinator {
public:
    Coordinator(const World& world, Cluster& cluster);

    /// Round 0: services, or a sample of them, train once, so that all can advertise their effectiveness.
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
    struct RoundFindings {
        sim::Round round;
        composition::Membership membership{};
        std::vector<ServedState> states_before{};  ///< of the round before, on which every look builds
        std::vector<ServedState> states{};         ///< by which clients are served in this round
        sim::RoundRecord record{};
        Scores evaluation{};
        std::vector<FitServingStep::Report> serving{};    ///< by client: what its window has shown
        std::vector<fl::Confusion> adapted_evaluation{};  ///< by client
        SpentEvidence spent{};
        std::int64_t watched = 0;                           ///< labelled samples that the trigger saw
        std::vector<composition::Requirements> required{};  ///< by client
        std::size_t unmet = 0;                              ///< requirements of clients
        std::int64_t complaints = 0;                        ///< clients that did not get their accuracy
    };

    /// Services that did not train advertise what the most similar of those that did achieved.
    void advertise_others(const std::vector<ServiceReport>& reports);
    void note_drift_and_outages(RoundFindings& findings, sim::RowBuffer& rows);
    void train(RoundFindings& findings, sim::RowBuffer& rows);
    void evaluate(RoundFindings& findings, sim::RowBuffer& rows);
    /// Finds out how clients are served in the next round; in this one, where the serving looks first.
    void fit_serving(RoundFindings& findings);
    /// `serve`, and a look at the windows before it or behind it.
    template <class Serve>
    void serve_and_look(RoundFindings& findings, Serve serve) {
        if (looks_first()) {
            fit_serving(findings);
            serve();
        } else {
            serve();
            fit_serving(findings);
        }
    }
    [[nodiscard]] bool looks_first() const { return world_.scenario().adaptation.serving->looks_first(); }
    /// Compares what clients require with what they got.
    void record_satisfaction(RoundFindings& findings, sim::RowBuffer& rows) const;
    /// Whether the trigger is open. What labelled samples were watched is noted in the findings.
    [[nodiscard]] bool watch(RoundFindings& findings, composition::RoundLog& log);
    /// What the round's samples say of the new composition: for the trace alone, nothing learns from it.
    void evaluate_again(RoundFindings& findings);
    void assess_and_respond(RoundFindings& findings, sim::RowBuffer& rows);
    void record_evidence(const RoundFindings& findings, sim::RowBuffer& rows) const;
    static void record_serving(const RoundFindings& findings, sim::RowBuffer& rows);
    void record_clients(const RoundFindings& findings, sim::RowBuffer& rows) const;
    void record_confusion(const RoundFindings& findings, sim::RowBuffer& rows) const;

    /// Of those with a row in `services` in this round.
    void record_drift_of_services(sim::Round round, sim::RowBuffer& rows) const;
    void record_drift_of_clients(sim::Round round, sim::RowBuffer& rows) const;
    /// What a training cost on the service's own device, by the model.
    [[nodiscard]] sim::QosEstimate cost_of(sim::Round round, sim::ServiceId service) const;
    void observe(const ServiceReport& report, const sim::QosEstimate& cost);
    [[nodiscard]] sim::ServiceRecord service_record(sim::Round round, sim::ServiceId service,
                                                    std::string_view role) const;
    void record_training(sim::Round round, const ServiceReport& report, const sim::QosEstimate& cost,
                         std::string_view role, sim::RowBuffer& rows);
    /// Saves or loads all that outlives a round.
    void archive(composition::Archive& archive, sim::Round round);
    void archive_served(composition::Archive& archive, sim::Round round);

    const World& world_;
    Cluster& cluster_;
    sim::Availability availability_;
    sim::QosModel qos_;
    composition::Marketplace market_;
    composition::Trigger trigger_;
    std::unique_ptr<composition::Assessor> assessor_;
    std::unique_ptr<composition::Strategy> strategy_;
    std::vector<sim::ServiceId> members_;
    std::vector<ServedState> served_;  ///< of clients that are not served plainly, or have drifted, by client
    AdaptedServices adapted_;
    LastingModels models_;
    ServiceRowWriter service_rows_;
};

}  // namespace mlaasim::run
