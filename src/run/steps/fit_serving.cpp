#include "run/steps/fit_serving.hpp"

#include <algorithm>

#include "run/steps/drifted_streams.hpp"
#include "run/steps/placement.hpp"
#include "tta/alignment.hpp"

namespace mlaasim::run {
namespace {

bool aligns(const World& world) { return tta::can_turn(world.model().input()); }

}  // namespace

FitServingStep::Result FitServingStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("serve");
    const World& world = worker.world();
    const sim::Communicator& communicator = worker.communicator();
    const tta::Serving& serving = *world.scenario().adaptation.serving;
    ServingView& view = worker.serving_view(members);
    if (aligns(world)) {
        view.calibrate_alignment();
    }
    Result reports;
    sim::SampleBlock window;
    sim::SampleBlock labelled;
    std::vector<std::uint32_t> indices;
    const sim::Decomposition placement = clients_on_ranks(world, communicator.size());
    const auto mine = placement.items(communicator.rank());
    DriftedStreams drifts;
    if (serving.shares()) {
        drifts = find_drifted_streams(worker, view, mine, states);
    }
    for (const std::uint32_t item : mine) {
        const sim::ClientId client{item};
        view.fit_gate();
        window.read(world.client_stream(client, worker.round(), indices));
        if (world.scenario().adaptation.evidence.labels > 0) {
            labelled.read(world.assessment_samples(client, worker.round(), indices));
        }
        const DriftedStreams::Found drifted = drifts.of(client, view, worker.round());
        reports.push_back({.client = client,
                           .group = drifted.group,
                           .drifted_since = drifted.since,
                           .drifted_last = drifted.last,
                           .decision = serving.decide(view.composition(), window, labelled, drifted.stream)});
        ++stopwatch.items;
    }
    Result all = communicator.gather_records(reports);
    std::ranges::sort(all, {}, &Report::client);
    return all;
}

std::vector<StepCost> FitServingStep::costs(const World& world, int ranks) const {
    const double models = world.scenario().is_ensemble() ? static_cast<double>(members.size()) : 1.0;
    const bool shares = world.scenario().adaptation.serving->shares();
    const double angles = aligns(world) ? static_cast<double>(tta::alignment_angles) : 0.0;
    const sim::Decomposition placement = clients_on_ranks(world, ranks);
    std::vector<StepCost> costs(static_cast<std::size_t>(ranks));
    for (int rank = 0; rank < ranks; ++rank) {
        StepCost& cost = costs[static_cast<std::size_t>(rank)];
        cost.predictions = models * angles * static_cast<double>(most_calibration_samples) / ranks;
        cost.gathers = 1;
        cost.spreads = (angles > 0.0 ? 1 : 0) + (shares ? 1 : 0);
        for (const std::uint32_t client : placement.items(rank)) {
            const double window = samples_of_client(world, sim::ClientId{client});
            cost.predictions += models * angles * std::min(window, static_cast<double>(tta::alignment_samples)) +
                                (shares ? 2.0 : 1.0) * window;
            cost.sent_bytes += rank == 0 ? 0.0 : static_cast<double>(sizeof(Report));
        }
    }
    return costs;
}

Done LabelledAsServedStep::carry_out(Worker& worker) const {
    const Stopwatch stopwatch = worker.stopwatch("serve");
    const World& world = worker.world();
    const float zero = tta::zero_of(world.model().input(), world.data().mean, world.data().deviation);
    for (const ServedState& state : states) {
        if (state.branch == tta::Branch::aligned) {
            worker.turn_assessment_block(state.client, -state.angle, zero);
        }
    }
    return {};
}

}  // namespace mlaasim::run
