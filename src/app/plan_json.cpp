// A plan for programs.
#include <nlohmann/json.hpp>

#include "app/plan.hpp"

namespace mlaasim::app {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Spread& spread) { return {{"least", spread.least}, {"mean", spread.mean}, {"most", spread.most}}; }

}  // namespace

std::string plan_json(const MeasuredPlan& measured) {
    const Plan& plan = measured.plan;
    Json parts = Json::object();
    for (const PlannedPart& part : plan.parts) {
        parts[part.name] = part.seconds;
    }
    const Json json{
        {"scenario", plan.scenario},
        {"services", plan.services},
        {"members", plan.members},
        {"clients", plan.clients},
        {"rounds", plan.rounds},
        {"ranks", plan.ranks},
        {"architecture", plan.architecture},
        {"parameters", plan.parameters},
        {"engine", plan.engine},
        {"measuring_s", measured.measuring_s},
        {"per_rank_and_round",
         {{"services_trained", json_of(plan.trained)},
          {"training_s", json_of(plan.training_s)},
          {"memory_mib", json_of(plan.memory_mib)},
          {"sent_kib", json_of(plan.sent_kib)}}},
        {"imbalance", plan.imbalance},
        {"data_mib", plan.data_mib},
        {"trace_kib", plan.trace_kib},
        {"round_s", plan.round_s},
        {"parts_s", std::move(parts)},
        {"assessment_s", plan.assessment_s ? Json(*plan.assessment_s) : Json()},
        {"total_s", plan.total_s},
    };
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mlaasim::app
