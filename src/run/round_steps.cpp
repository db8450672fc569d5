#include "run/round_steps.hpp"

#include <utility>

#include "run/service_lists.hpp"

namespace mlaasim::run {

StartFrom training_start(const Scenario& scenario) {
    return scenario.is_ensemble() ? StartFrom::own : StartFrom::model;
}

TrainStep training_of(const Scenario& scenario, sim::Round round, std::vector<sim::ServiceId> members) {
    const bool keep = scenario.assesses(round) || scenario.is_ensemble();
    return {.start = training_start(scenario),
            .keep = keep ? Keep::yes : Keep::no,
            .becomes = served_model,
            .services = std::move(members)};
}

TrainStep advertising_of(const World& world) {
    const AdvertisingOptions& options = world.scenario().services.advertising;
    const std::int64_t trained = options.by == Advertise::sample ? options.sample : world.services();
    return {.services = drawn_services(trained, world.services(),
                                       {world.scenario().random_seed(), sim::Purpose::advertised_services, 0, 0})};
}

std::vector<Step> steps_of_round(const World& world, const std::vector<sim::ServiceId>& members) {
    TrainStep training = training_of(world.scenario(), sim::Round{1}, members);
    training.keep = world.scenario().is_ensemble() || world.scenario().assesses() ? Keep::yes : Keep::no;
    std::vector<Step> steps{std::move(training), EvaluateStep{members}};
    if (world.scenario().adaptation.serving->looks()) {
        steps.emplace_back(FitServingStep{members});
    }
    return steps;
}

std::vector<Step> steps_after_round() { return {CollectTimingStep{}, VoteToStopStep{}}; }

std::vector<Step> steps_of_assessment(const World& world, const std::vector<sim::ServiceId>& members) {
    if (!world.scenario().assesses() || members.size() < 2) {
        return {};
    }
    const composition::AssessmentOptions& assessment = *world.scenario().assessment;
    std::vector<Step> steps;
    if (const auto& trigger = world.scenario().adaptation.trigger; trigger->watches()) {
        steps.emplace_back(WatchStep{trigger->value, members});
    }
    if (assessment.update_distance() != nullptr) {
        steps.emplace_back(UpdateDistancesStep{members});
    }
    if (assessment.leaves_one_out()) {
        steps.emplace_back(LeaveOneOutStep{members});
    }
    if (assessment.compares_losses()) {
        steps.emplace_back(PairedLossesStep{members});
    }
    if (const std::int64_t pairs = assessment.pairs_of_halves(); pairs > 0) {
        steps.emplace_back(RandomHalvesStep{members, pairs});
    }
    return steps;
}

}  // namespace mlaasim::run
