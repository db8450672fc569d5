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

void Coordinator::archive(composition::Archive& archive, sim::Round round) {
    archive.services("members", members_);
    trigger_.archive(archive);
    assessor_->archive(archive);
    strategy_->archive(archive);
    market_.archive(archive);
    if (world_.scenario().adaptation.serving->looks()) {
        archive_served(archive, round);
    }
    if (keeps_adapted(world_.scenario())) {
        adapted_.archive(archive);
        if (archive.loads() && !adapted_.adjusted().empty()) {
            cluster_.order(AdjustStep{{adapted_.adjusted().begin(), adapted_.adjusted().end()}});
        }
    }
    models_.archive(archive, members_);
}

void Coordinator::archive_served(composition::Archive& archive, sim::Round round) {
    std::vector<std::int64_t> clients;
    std::vector<std::int64_t> branches;
    std::vector<double> angles;
    std::vector<std::int64_t> groups;
    std::vector<std::int64_t> drifted_since;  // 0: it has not
    std::vector<std::int64_t> drifted_last;
    for (const ServedState& state : served_) {
        clients.push_back(state.client.value());
        branches.push_back(static_cast<std::int64_t>(state.branch));
        angles.push_back(state.angle);
        groups.push_back(state.group.valid() ? std::int64_t{state.group.value()} : -1);
        drifted_since.push_back(state.drifted_since.valid() ? std::int64_t{state.drifted_since.value()} : 0);
        drifted_last.push_back(state.drifted_last.valid() ? std::int64_t{state.drifted_last.value()} : 0);
    }
    archive.integers("serving.clients", clients);
    archive.integers("serving.branches", branches);
    archive.numbers("serving.angles", angles);
    archive.integers("serving.groups", groups);
    if (world_.scenario().adaptation.serving->shares()) {
        archive.integers("serving.drifted_since", drifted_since);
        archive.integers("serving.drifted_last", drifted_last);
    } else {
        drifted_since.assign(clients.size(), 0);
        drifted_last.assign(clients.size(), 0);
    }
    if (!archive.loads()) {
        return;
    }
    served_.clear();
    const auto round_of = [](std::int64_t stored) {
        return stored == 0 ? sim::Round{} : sim::Round{static_cast<std::uint32_t>(stored)};
    };
    bool fits = clients.size() == branches.size() && clients.size() == angles.size() &&
                clients.size() == groups.size() && clients.size() == drifted_since.size() &&
                clients.size() == drifted_last.size();
    for (std::size_t i = 0; fits && i < clients.size(); ++i) {
        fits = clients[i] > (i == 0 ? -1 : clients[i - 1]) && clients[i] < world_.clients() && branches[i] >= 0 &&
               branches[i] <= static_cast<std::int64_t>(tta::Branch::shared) && groups[i] >= -1 &&
               groups[i] < world_.clients() &&
               (groups[i] >= 0 || branches[i] != static_cast<std::int64_t>(tta::Branch::shared)) &&
               drifted_since[i] >= (groups[i] >= 0 ? 1 : 0) && drifted_since[i] <= drifted_last[i] &&
               drifted_last[i] <= round.value() && (drifted_since[i] > 0 || drifted_last[i] == 0);
        served_.push_back(
            {.angle = angles[i],
             .client = sim::ClientId{static_cast<std::uint32_t>(clients[i])},
             .branch = static_cast<tta::Branch>(branches[i]),
             .group = groups[i] < 0 ? sim::ClientId{} : sim::ClientId{static_cast<std::uint32_t>(groups[i])},
             .drifted_since = round_of(drifted_since[i]),
             .drifted_last = round_of(drifted_last[i])});
    }
    if (!fits) {
        throw sim::InputError(
            {.what = "the checkpoint says in serving.* how clients are served, and something in it can't be",
             .expected = "arrays of one length: clients and groups below " + std::to_string(world_.clients()) +
                         " (-1: no group), clients in ascending order, branches from 0 to " +
                         std::to_string(static_cast<int>(tta::Branch::shared)) + " (" +
                         std::to_string(static_cast<int>(tta::Branch::shared)) +
                         ": in a group), drifted_since and drifted_last in order from 1 to " +
                         std::to_string(round.value()) + " (both 0: no drift, no group)",
             .hint = "the trace is damaged"});
    }
}

sim::Checkpoint Coordinator::checkpoint(sim::Round round) {
    sim::Checkpoint checkpoint{.round = round};
    CheckpointSaver saver{checkpoint, world_.services()};
    archive(saver, round);
    return checkpoint;
}

void Coordinator::restore(const sim::Checkpoint& checkpoint) {
    CheckpointLoader loader{checkpoint, world_.services()};
    archive(loader, checkpoint.round);
}

}  // namespace mlaasim::run
