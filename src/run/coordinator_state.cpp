#include "run/coordinator.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "run/checkpoint_archive.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {

using sim::ServiceId;

void Coordinator::exchange_state(composition::Archive& archive) {
    archive.services("members", members_);
    strategy_->archive(archive);
    market_.archive(archive);
}

sim::Checkpoint Coordinator::checkpoint(sim::Round round) {
    sim::Checkpoint checkpoint{.round = round};
    checkpoint.put("composition", cluster_.model(served_model));
    CheckpointSaver archive{checkpoint, world_.services()};
    exchange_state(archive);
    if (world_.scenario().is_ensemble()) {
        std::copy_if(members_.begin(), members_.end(), std::inserter(checkpoint.stateful, checkpoint.stateful.end()),
                     [&](ServiceId member) { return cluster_.updates().find(member) != nullptr; });
    }
    for (const ServiceId service : std::exchange(changed_states_, {})) {
        if (checkpoint.stateful.contains(service)) {
            const auto& row = *cluster_.updates().find(service);
            checkpoint.service_state[service].assign(row.begin(), row.end());
        }
    }
    return checkpoint;
}

void Coordinator::restore(const sim::Checkpoint& checkpoint) {
    CheckpointLoader archive{checkpoint, world_.services()};
    exchange_state(archive);
    std::vector<float> parameters = checkpoint.floats("composition");
    const std::size_t size = world_.model().layout().size();
    std::vector<ServiceId> with_state;
    bool fits = parameters.size() == size;
    if (world_.scenario().is_ensemble()) {
        for (const ServiceId member : members_) {
            const auto row = checkpoint.service_state.find(member);
            if (row != checkpoint.service_state.end()) {
                with_state.push_back(member);
                parameters.insert(parameters.end(), row->second.begin(), row->second.end());
            }
        }
        fits = parameters.size() == size * (1 + with_state.size());
    }
    if (!fits) {
        throw sim::InputError({.what = "the checkpoint holds parameters of another model",
                               .expected = std::to_string(size) + " floats per model",
                               .hint = "the trace is damaged"});
    }
    cluster_.order(RestoreStep{std::move(with_state), std::move(parameters)});
}

}  // namespace mlaasim::run
