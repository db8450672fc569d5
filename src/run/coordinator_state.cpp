#include <algorithm>
#include <string>

#include "run/checkpoint_archive.hpp"
#include "run/coordinator.hpp"
#include "run/scenario_checks.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {

/// Whether a technique leaves something of a service for the next round.
static bool keeps_adapted(const Scenario& scenario) {
    const auto techniques = scenario.test_time.techniques();
    return adapts_at_test_time(scenario) && std::ranges::any_of(techniques, [](const auto* technique) {
               return (*technique)->remembers() || (*technique)->changes() == tta::Changes::predictions;
           });
}

void Coordinator::archive(composition::Archive& archive) {
    archive.services("members", members_);
    trigger_.archive(archive);
    assessor_->archive(archive);
    strategy_->archive(archive);
    market_.archive(archive);
    if (world_.scenario().adaptation.serving->looks()) {
        archive_served(archive);
    }
    if (keeps_adapted(world_.scenario())) {
        adapted_.archive(archive);
        if (archive.loads() && !adapted_.adjusted().empty()) {
            cluster_.order(AdjustStep{{adapted_.adjusted().begin(), adapted_.adjusted().end()}});
        }
    }
    models_.archive(archive, members_);
}

void Coordinator::archive_served(composition::Archive& archive) {
    std::vector<std::int64_t> clients;
    std::vector<std::int64_t> branches;
    std::vector<double> angles;
    std::vector<std::int64_t> groups;
    for (const ServedState& state : served_) {
        clients.push_back(state.client.value());
        branches.push_back(static_cast<std::int64_t>(state.branch));
        angles.push_back(state.angle);
        groups.push_back(state.group.valid() ? std::int64_t{state.group.value()} : -1);
    }
    archive.integers("serving.clients", clients);
    archive.integers("serving.branches", branches);
    archive.numbers("serving.angles", angles);
    archive.integers("serving.groups", groups);
    if (!archive.loads()) {
        return;
    }
    served_.clear();
    bool fits = clients.size() == branches.size() && clients.size() == angles.size() && clients.size() == groups.size();
    for (std::size_t i = 0; fits && i < clients.size(); ++i) {
        fits = clients[i] >= 0 && clients[i] < world_.clients() && branches[i] >= 0 &&
               branches[i] <= static_cast<std::int64_t>(tta::Branch::shared) && groups[i] >= -1 &&
               groups[i] < world_.clients() &&
               (groups[i] >= 0 || branches[i] != static_cast<std::int64_t>(tta::Branch::shared));
        served_.push_back(
            {.angle = angles[i],
             .client = sim::ClientId{static_cast<std::uint32_t>(clients[i])},
             .branch = static_cast<tta::Branch>(branches[i]),
             .group = groups[i] < 0 ? sim::ClientId{} : sim::ClientId{static_cast<std::uint32_t>(groups[i])}});
    }
    if (!fits) {
        throw sim::InputError(
            {.what = "the checkpoint says how clients are served that do not exist, or in no known way",
             .expected = "clients below " + std::to_string(world_.clients()),
             .hint = "the trace is damaged"});
    }
}

sim::Checkpoint Coordinator::checkpoint(sim::Round round) {
    sim::Checkpoint checkpoint{.round = round};
    CheckpointSaver saver{checkpoint, world_.services()};
    archive(saver);
    return checkpoint;
}

void Coordinator::restore(const sim::Checkpoint& checkpoint) {
    CheckpointLoader loader{checkpoint, world_.services()};
    archive(loader);
}

}  // namespace mlaasim::run
