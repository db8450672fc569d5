#include "app/coordinator.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "app/service_lists.hpp"
#include "sim/error.hpp"

namespace mlaasim::app {
namespace {

using sim::ServiceId;

std::vector<std::int64_t> numbers(const std::vector<ServiceId>& ids) {
    std::vector<std::int64_t> values;
    std::transform(ids.begin(), ids.end(), std::back_inserter(values), [](ServiceId id) { return id.value(); });
    return values;
}

std::vector<ServiceId> services_of(const std::vector<std::int64_t>& values, std::uint32_t count) {
    std::vector<ServiceId> ids;
    for (const std::int64_t value : values) {
        if (value < 0 || value >= count) {
            throw sim::InputError({.what = "the checkpoint names service " + std::to_string(value),
                                   .expected = "a service below " + std::to_string(count),
                                   .hint = "the trace is damaged"});
        }
        ids.emplace_back(static_cast<std::uint32_t>(value));
    }
    return ids;
}

}  // namespace

sim::Checkpoint Coordinator::checkpoint(sim::Round round) {
    sim::Checkpoint checkpoint{.round = round};
    const std::vector<ServiceId> changed = market_.changed();
    checkpoint.put("composition", cluster_.composition());
    checkpoint.put("members", std::span<const std::int64_t>{numbers(members_)});
    checkpoint.put("adapted_before", std::span<const std::int64_t>{numbers(adapted_before_)});
    checkpoint.put("bandit", std::span<const double>{policy_->export_state()});
    checkpoint.put("market/services", std::span<const std::int64_t>{numbers(changed)});
    checkpoint.put("market/state", std::span<const double>{market_.export_state(changed)});
    if (world_.scenario().is_ensemble()) {
        std::copy_if(members_.begin(), members_.end(), std::inserter(checkpoint.stateful, checkpoint.stateful.end()),
                     [&](ServiceId member) { return cluster_.has_kept_row(member); });
    }
    for (const ServiceId service : std::exchange(changed_states_, {})) {
        if (checkpoint.stateful.contains(service)) {
            const auto row = cluster_.kept_row(service);
            checkpoint.service_state[service].assign(row.begin(), row.end());
        }
    }
    return checkpoint;
}

void Coordinator::restore(const sim::Checkpoint& checkpoint) {
    members_ = services_of(checkpoint.integers("members"), world_.services());
    adapted_before_ = services_of(checkpoint.integers("adapted_before"), world_.services());
    policy_->import_state(checkpoint.doubles("bandit"));
    const auto changed = services_of(checkpoint.integers("market/services"), world_.services());
    const auto state = checkpoint.doubles("market/state");
    if (state.size() != changed.size() * market_.state_width()) {
        throw sim::InputError({.what = "the checkpoint's market state has " + std::to_string(state.size()) + " numbers",
                               .expected = std::to_string(changed.size() * market_.state_width()),
                               .hint = "the trace is damaged"});
    }
    market_.import_state(changed, state);

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
    cluster_.restore(with_state, std::move(parameters));
}

}  // namespace mlaasim::app
