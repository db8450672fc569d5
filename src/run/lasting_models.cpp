#include "run/lasting_models.hpp"

#include <string>
#include <utility>

#include "sim/core/error.hpp"

namespace mlaasim::run {

using sim::ServiceId;

void LastingModels::changed(std::span<const ServiceId> services) {
    if (world_.scenario().is_ensemble()) {
        changed_.insert(changed_.end(), services.begin(), services.end());
    }
}

void LastingModels::archive(composition::Archive& archive, const std::vector<ServiceId>& members) {
    if (!archive.loads()) {
        const std::span<const float> served = cluster_.model(served_model);
        std::vector<float> parameters{served.begin(), served.end()};
        archive.parameters("composition", parameters);
        save_members(archive, members);
        return;
    }
    std::vector<float> parameters;
    archive.parameters("composition", parameters);
    const std::size_t size = world_.model().layout().size();
    bool fits = parameters.size() == size;
    std::vector<ServiceId> with_model;
    if (world_.scenario().is_ensemble()) {
        composition::ServiceStates states;
        archive.states(states);
        for (const ServiceId member : members) {
            if (const auto row = states.rows.find(member); row != states.rows.end()) {
                fits = fits && row->second.size() == size;
                with_model.push_back(member);
                parameters.insert(parameters.end(), row->second.begin(), row->second.end());
            }
        }
    }
    if (!fits) {
        throw sim::InputError({.what = "the checkpoint holds parameters of another model",
                               .expected = std::to_string(size) + " floats per model",
                               .hint = "the trace is damaged"});
    }
    cluster_.order(RestoreStep{std::move(with_model), std::move(parameters)});
}

void LastingModels::save_members(composition::Archive& archive, const std::vector<ServiceId>& members) {
    composition::ServiceStates states;
    if (world_.scenario().is_ensemble()) {
        for (const ServiceId member : members) {
            if (cluster_.updates().find(member) != nullptr) {
                states.stateful.insert(member);
            }
        }
    }
    for (const ServiceId service : std::exchange(changed_, {})) {
        if (states.stateful.contains(service)) {
            const auto& row = *cluster_.updates().find(service);
            states.rows[service].assign(row.begin(), row.end());
        }
    }
    archive.states(states);
}

}  // namespace mlaasim::run
