#include "run/serving_view.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>

#include "run/steps/placement.hpp"
#include "tta/first_layer.hpp"
#include "tta/routed.hpp"
#include "tta/usual_mix.hpp"

namespace mlaasim::run {
namespace {

constexpr std::size_t most_reference_samples = 1024;
constexpr std::size_t most_shared_samples = 4096;
constexpr std::size_t fewest_shared_windows = 2;
/// Samples that one rank turns and predicts together.
constexpr std::size_t calibrated_together = 32;

std::vector<std::uint32_t> every(std::size_t stride, std::size_t count) {
    std::vector<std::uint32_t> taken;
    for (std::size_t i = 0; i < count; i += stride) {
        taken.push_back(static_cast<std::uint32_t>(i));
    }
    return taken;
}

}  // namespace

sim::SampleBlock reference_samples(const World& world, sim::Round round, const std::vector<sim::ServiceId>& members) {
    sim::SampleBlock block;
    const std::size_t providers = std::min(members.size(), most_reference_samples);
    for (std::size_t i = 0; i < providers; ++i) {
        sim::SampleSource source = world.holdout_samples(members[i], round);
        if (source.indices.empty()) {
            source = world.training_samples(members[i], round);
        }
        source.indices = source.indices.first(std::min(most_reference_samples / providers, source.indices.size()));
        block.append(source);
    }
    return block;
}

bool can_be_looked_at(const World& world, const sim::SampleBlock& window) {
    return window.count() >= world.scenario().adaptation.serving->fewest_samples() && !tta::all_equal(window);
}

ServingView::ServingView(Worker& worker, const std::vector<sim::ServiceId>& members)
    : worker_{worker}, members_{members}, served_version_{worker.models().served_version()} {}

bool ServingView::votes() const { return votes_decide(worker_.world(), members_); }

tta::ServedComposition ServingView::composition() {
    const World& world = worker_.world();
    tta::ServedComposition composition{
        .model = world.model(),
        .zero = tta::zero_of(world.model().input(), world.data().mean, world.data().deviation),
        .reference = [this]() -> const sim::SampleBlock& { return reference(); },
        .restorer = [this] { return restorer(); },
        .mixes = mixes_ ? &*mixes_ : nullptr,
        .gate = gate_ ? &*gate_ : nullptr};
    composition.predicted_reference = [this]() -> const std::vector<float>& {
        if (predicted_reference_.empty()) {
            predicted_reference_ = this->composition().predict(reference());
        }
        return predicted_reference_;
    };
    composition.reference_moments = [this]() -> const fl::BatchNormMoments& {
        if (!reference_moments_) {
            reference_moments_ = tta::moments_of(this->composition(), reference());
        }
        return *reference_moments_;
    };
    composition.clean_gain = [this](std::size_t window) {
        const auto [found, is_new] = clean_gains_.try_emplace(window, 0.0);
        if (is_new) {
            found->second = tta::clean_gain(clean_, window,
                                            {worker_.world().scenario().random_seed(), sim::Purpose::clean_windows,
                                             window, worker_.round().value()});
        }
        return found->second;
    };
    if (votes()) {
        composition.predict = [this](const sim::SampleBlock& samples) { return worker_.vote_on(samples, members_); };
        return composition;
    }
    composition.parameters = worker_.models().parameters(served_model);
    composition.adapter = &worker_.batch_norm_adapter();
    composition.predict_with = [this](std::span<const float> parameters, const sim::SampleBlock& samples) {
        return worker_.evaluator().probabilities(parameters, samples);
    };
    composition.predict = [this](const sim::SampleBlock& samples) {
        return worker_.evaluator().probabilities(worker_.models().parameters(served_model), samples);
    };
    return composition;
}

const sim::SampleBlock& ServingView::reference() {
    if (!reference_) {
        reference_ = reference_samples(worker_.world(), worker_.round(), members_);
    }
    return *reference_;
}

const tta::Restorer* ServingView::restorer() {
    if (!restorer_) {
        restorer_ = tta::Restorer::fit(reference());
    }
    return *restorer_ ? &**restorer_ : nullptr;
}

void ServingView::fit_gate() {
    if (!gate_ && reference().count() > 0) {
        const tta::ServedComposition served = composition();
        gate_ = tta::Gate::fit(tta::first_layer_features(served.model, served.parameters, reference()));
    }
}

void ServingView::fit_mixes() {
    const fl::Model& model = worker_.world().model();
    if (mixes_ || votes() || !model.input().is_series() || !model.layout().has_batch_norm() ||
        reference().count() == 0) {
        return;
    }
    const tta::ServedComposition served = composition();
    mixes_ = tta::ClassMixes::fit(tta::first_layer_features(served.model, served.parameters, reference()),
                                  reference().labels(), model.classes());
}

ServingView::WindowDrift ServingView::drift_of(sim::ClientId client, sim::Round round, const sim::SampleBlock& window) {
    const tta::ServedComposition served = composition();
    const tta::Features features = tta::first_layer_features(served.model, served.parameters, window);
    WindowDrift found{.drift = served.mixes->drift(served.mixes->mean_of(features, 0, features.count()))};
    found.distance = tta::squared_length(found.drift.vector);
    found.clean_distance = served.mixes->clean_distance(
        found.drift.mix, window.count(),
        {worker_.world().scenario().random_seed(), sim::Purpose::clean_mixes, client.value(), round.value()});
    return found;
}

std::optional<std::vector<double>> ServingView::mix_before(const DriftedClient& client) {
    if (client.since.value() <= tta::usual_mix_windows) {
        return std::nullopt;  // fewer windows tell nothing
    }
    std::vector<tta::WindowMix> mixes;
    sim::SampleBlock window;
    std::vector<std::uint32_t> indices;
    for (std::uint32_t before = 1; before <= tta::usual_mix_windows; ++before) {
        const sim::Round round{client.since.value() - before};
        window.read(worker_.world().client_stream(client.client, round, indices));
        if (!can_be_looked_at(worker_.world(), window)) {
            return std::nullopt;
        }
        WindowDrift seen = drift_of(client.client, round, window);
        mixes.push_back({.mix = std::move(seen.drift.mix), .drifted = seen.distance > seen.clean_distance});
    }
    return tta::usual_mix(mixes);
}

const tta::SharedStatistics* ServingView::shared(std::span<const DriftedClient> clients, sim::Round round) {
    const auto [found, is_new] = shared_.try_emplace({round, clients.front().client});
    if (is_new) {
        sim::SampleBlock windows;
        std::vector<std::uint32_t> indices;
        std::vector<double> mix(composition().mixes->classes().size(), 0.0);
        for (std::size_t i = 0;
             i < clients.size() && (i < fewest_shared_windows || windows.count() < most_shared_samples); ++i) {
            const std::size_t before = windows.count();
            windows.append(worker_.world().client_stream(clients[i].client, round, indices));
            const auto of_client = mix.empty() ? std::nullopt : mix_before(clients[i]);
            for (std::size_t c = 0; of_client && c < mix.size(); ++c) {
                mix[c] += (*of_client)[c] * static_cast<double>(windows.count() - before);
            }
            if (!of_client) {
                mix.clear();
            }
        }
        for (double& share : mix) {
            share /= static_cast<double>(windows.count());
        }
        found->second = tta::SharedStatistics::fit(composition(), windows, mix);
    }
    const std::optional<tta::SharedStatistics>& statistics = found->second;
    return statistics ? &*statistics : nullptr;
}

void ServingView::calibrate_alignment() {
    const std::size_t stride =
        std::max<std::size_t>(1, (reference().count() + most_calibration_samples - 1) / most_calibration_samples);
    const std::vector<std::uint32_t> taken = every(stride, reference().count());
    const tta::ServedComposition served = composition();
    const sim::Communicator& communicator = worker_.communicator();
    const auto ranks = static_cast<std::size_t>(communicator.size());
    // Chunk by chunk in turn, so that shapes and values don't depend on the ranks.
    std::vector<double> mine;
    sim::SampleBlock chunk;
    for (std::size_t first = static_cast<std::size_t>(communicator.rank()) * calibrated_together; first < taken.size();
         first += ranks * calibrated_together) {
        const std::size_t count = std::min(calibrated_together, taken.size() - first);
        chunk.take(reference(), std::span{taken}.subspan(first, count));
        for (const std::vector<double>& of_angle :
             tta::entropies_by_angle(chunk, count, served.zero, served.model.classes(), served.predict)) {
            mine.insert(mine.end(), of_angle.begin(), of_angle.end());
        }
    }
    const auto of_ranks = communicator.gather_everywhere(std::as_bytes(std::span{mine}));
    clean_.assign(tta::alignment_angles, std::vector<double>(taken.size()));
    std::vector<std::size_t> read(of_ranks.size(), 0);
    for (std::size_t first = 0; first < taken.size(); first += calibrated_together) {
        const std::size_t rank = first / calibrated_together % ranks;
        const std::size_t count = std::min(calibrated_together, taken.size() - first);
        for (std::vector<double>& of_angle : clean_) {
            std::memcpy(of_angle.data() + first, of_ranks[rank].data() + read[rank], count * sizeof(double));
            read[rank] += count * sizeof(double);
        }
    }
}

}  // namespace mlaasim::run
