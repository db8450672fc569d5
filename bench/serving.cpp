// What serving costs beside plain inference: build/bin/bench_serving. Times are of one thread of this process.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fl/engine.hpp"
#include "sim/data/synthetic_digits.hpp"
#include "sim/data/synthetic_sensors.hpp"
#include "sim/scenario_text/options_document.hpp"
#include "tta/class_mixes.hpp"
#include "tta/class_shift.hpp"
#include "tta/first_layer.hpp"
#include "tta/flagged_adaptation.hpp"
#include "tta/restorer.hpp"
#include "tta/routed.hpp"
#include "tta/shared_statistics.hpp"

namespace {

using namespace mlaasim;

sim::Chosen<fl::Architecture> architecture(const std::string& options) {
    sim::Chosen<fl::Architecture> chosen{fl::architecture_kinds()};
    sim::OptionsDocument{"model: " + options, "bench"}.read([&](sim::OptionVisitor& visitor) {
        visitor.kind("model", chosen, fl::architecture_kinds(), {.doc = "the model"});
    });
    return chosen;
}

constexpr std::uint32_t window_samples = 420;
constexpr std::uint32_t reference_samples = 1024;  // as many as the coordinator has of the providers at most

/// A window, the providers' samples, and a model.
struct Served {
    Served(sim::DecodedDataset generated, float mean, float deviation, const std::string& options)
        : data{std::move(generated)}, model{architecture(options), data.shape, data.classes} {
        model.initialise(parameters, {{1}, sim::Purpose::model_init, 0, 0});
        const auto read = [&](sim::SampleBlock& block, std::uint32_t first, std::uint32_t count) {
            std::vector<std::uint32_t> indices(count);
            std::iota(indices.begin(), indices.end(), first);
            block.read(
                {.pool = &pool, .mean = mean, .deviation = deviation, .indices = indices, .round = sim::Round{1}});
        };
        read(window, 0, window_samples);
        read(reference, window_samples, reference_samples);
    }

    const sim::DecodedDataset data;
    const sim::SamplePool pool{data.shape, data.classes, data.train.values, data.train.labels};
    const fl::Model model;
    sim::AlignedVector<float> parameters = sim::AlignedVector<float>(model.layout().size());
    fl::ModelEvaluator evaluator = fl::make_evaluator(fl::choose_engine(fl::Engine::automatic, model), model, 256);
    std::unique_ptr<fl::BatchNormAdapter> adapter =
        fl::make_batch_norm_adapter(fl::choose_engine(fl::Engine::automatic, model), model);
    sim::SampleBlock window;
    sim::SampleBlock reference;
};

/// Images, and a model of the quickstart's size. The gate is fitted to half of the window's own samples: what it flags
/// has no part in the time that it takes.
struct Client : Served {
    Client()
        : Served{sim::generate_synthetic_digits({1}, window_samples + reference_samples, 10), 0.13F, 0.3F,
                 "{kind: cnn, channels: [8, 16], hidden: [32]}"},
          gate{tta::Gate::fit(tta::first_layer_features(model, parameters, window))},
          restorer{tta::Restorer::fit(reference)},
          predictions{evaluator.probabilities(parameters, reference)} {}

    std::optional<tta::Gate> gate;
    std::optional<tta::Restorer> restorer;
    std::vector<float> predictions;
};

Client& client() {
    static Client one;
    return one;
}

void plain(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(client().evaluator.evaluate(client().parameters, client().window));
    }
}
BENCHMARK(plain)->Unit(benchmark::kMillisecond);

/// As a client with an angle is served.
void aligned(benchmark::State& state) {
    sim::SampleBlock turned;
    for (auto _ : state) {
        turned.turn(client().window, client().window.count(), 30.0, -0.13F / 0.3F);
        benchmark::DoNotOptimize(client().evaluator.evaluate(client().parameters, turned));
    }
}
BENCHMARK(aligned)->Unit(benchmark::kMillisecond);

/// As a client with an adapted model is served, once that is there: the gate, and one pass of each sample.
void adapted(benchmark::State& state) {
    for (auto _ : state) {
        const auto flags =
            client().gate->flags(tta::first_layer_features(client().model, client().parameters, client().window));
        const tta::Parted parted = tta::part(client().window, flags);
        benchmark::DoNotOptimize(client().evaluator.evaluate(client().parameters, parted.others));
        benchmark::DoNotOptimize(client().evaluator.evaluate(client().parameters, parted.flagged));
    }
}
BENCHMARK(adapted)->Unit(benchmark::kMillisecond);

void fit_alignment(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(tta::entropies_by_angle(
            client().window, tta::alignment_samples, -0.13F / 0.3F, 10,
            [](const sim::SampleBlock& s) { return client().evaluator.probabilities(client().parameters, s); }));
    }
}
BENCHMARK(fit_alignment)->Unit(benchmark::kMillisecond);

void fit_batch_norm(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(tta::adapt_to_flagged(*client().adapter, client().parameters, client().window));
    }
}
BENCHMARK(fit_batch_norm)->Unit(benchmark::kMillisecond);

/// The same where classes are kept; the shares that they are kept at cost a pass of the window's other samples.
void fit_keeping_classes(benchmark::State& state) {
    const std::vector<double> shares(10, 0.1);
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            tta::adapt_to_flagged(client().model, *client().adapter, client().parameters, client().window, shares));
    }
}
BENCHMARK(fit_keeping_classes)->Unit(benchmark::kMillisecond);

/// What the look at a client adds where `class_mix` is asked for. What is predicted of the reference is known
/// once a round.
void weigh_classes(benchmark::State& state) {
    const tta::ServedComposition composition{
        .model = client().model,
        .parameters = client().parameters,
        .predict = [](const sim::SampleBlock& s) { return client().evaluator.probabilities(client().parameters, s); },
        .reference = []() -> const sim::SampleBlock& { return client().reference; },
        .predicted_reference = []() -> const std::vector<float>& { return client().predictions; }};
    for (auto _ : state) {
        const tta::ClassShift shift = tta::class_shift(composition, client().window);
        std::vector<float> probabilities = client().evaluator.probabilities(client().parameters, client().window);
        tta::weigh(probabilities, shift.weights);
        benchmark::DoNotOptimize(probabilities);
    }
}
BENCHMARK(weigh_classes)->Unit(benchmark::kMillisecond);

/// As a client with clutter on half of its samples is served.
void restored(benchmark::State& state) {
    std::vector<std::uint32_t> half(client().window.count() / 2);
    std::iota(half.begin(), half.end(), 0U);
    for (auto _ : state) {
        benchmark::DoNotOptimize(client().restorer->flags(client().window));
        sim::SampleBlock cluttered;
        cluttered.take(client().window, half);
        client().restorer->restore(cluttered);
        benchmark::DoNotOptimize(client().evaluator.evaluate(client().parameters, client().window));
    }
}
BENCHMARK(restored)->Unit(benchmark::kMillisecond);

void fit_restorer(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(tta::Restorer::fit(client().reference));
    }
}
BENCHMARK(fit_restorer)->Unit(benchmark::kMillisecond);

/// Series of a motion sensor, and what sharing statistics needs to know of the providers' samples.
struct Wearer : Served {
    Wearer()
        : Served{sim::generate_synthetic_sensors({1}, window_samples + reference_samples, 10), 0.5F, 0.2F,
                 "{kind: cnn1d, channels: [8, 16], hidden: [32]}"},
          mixes{tta::ClassMixes::fit(tta::first_layer_features(model, parameters, reference), reference.labels(),
                                     data.classes)},
          moments{tta::moments_of(composition(), reference)} {}

    [[nodiscard]] tta::ServedComposition composition() {
        return {
            .model = model,
            .parameters = parameters,
            .predict_with = [this](std::span<const float> other,
                                   const sim::SampleBlock& samples) { return evaluator.probabilities(other, samples); },
            .adapter = adapter.get(),
            .reference = [this]() -> const sim::SampleBlock& { return reference; },
            .mixes = &*mixes,
            .reference_moments = [this]() -> const fl::BatchNormMoments& { return moments; }};
    }

    std::optional<tta::ClassMixes> mixes;
    fl::BatchNormMoments moments;  ///< of the reference
};

Wearer& wearer() {
    static Wearer one;
    return one;
}

void plain_series(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(wearer().evaluator.evaluate(wearer().parameters, wearer().window));
    }
}
BENCHMARK(plain_series)->Unit(benchmark::kMillisecond);

/// What the look at a client adds where `share_statistics` is asked for.
void look_for_drift(benchmark::State& state) {
    for (auto _ : state) {
        const tta::Features features = tta::first_layer_features(wearer().model, wearer().parameters, wearer().window);
        const tta::Drift drift = wearer().mixes->drift(wearer().mixes->mean_of(features, 0, features.count()));
        benchmark::DoNotOptimize(
            wearer().mixes->clean_distance(drift.mix, features.count(), {{1}, sim::Purpose::clean_mixes, 0, 1}));
    }
}
BENCHMARK(look_for_drift)->Unit(benchmark::kMillisecond);

/// The model of a group, by one client's window whose mix of classes is known, or is estimated.
void fit_shared(benchmark::State& state, bool known) {
    const std::size_t classes = wearer().mixes->classes().size();
    const std::vector<double> mix(known ? classes : 0, 1.0 / static_cast<double>(classes));
    for (auto _ : state) {
        benchmark::DoNotOptimize(tta::SharedStatistics::fit(wearer().composition(), wearer().window, mix));
    }
}
BENCHMARK_CAPTURE(fit_shared, known_mix, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fit_shared, unknown_mix, false)->Unit(benchmark::kMillisecond);

/// As a client of a group is served, once that model is there: which batches it is for, and one pass of each sample.
void shared(benchmark::State& state) {
    const auto statistics = tta::SharedStatistics::fit(wearer().composition(), wearer().window, {});
    for (auto _ : state) {
        benchmark::DoNotOptimize(statistics->drifted(wearer().composition(), wearer().window));
        benchmark::DoNotOptimize(wearer().evaluator.evaluate(statistics->parameters(), wearer().window));
    }
}
BENCHMARK(shared)->Unit(benchmark::kMillisecond);

/// Statistics of batch norm and one step as TENT takes them, CNN 1-16-32, 256 samples.
void tent(benchmark::State& state, bool fused) {
    static const fl::Model model{architecture("{kind: cnn}"), client().data.shape, 10};
    static sim::AlignedVector<float> parameters(model.layout().size());
    model.initialise(parameters, {{1}, sim::Purpose::model_init, 0, 0});
    const auto adapter = fl::make_batch_norm_adapter({.fused = fused}, model);
    for (auto _ : state) {
        adapter->adapt(parameters, client().window, 256,
                       {.share = 1.0, .steps = 1, .normaliser = fl::BatchNormAdaptation::Normaliser::samples});
    }
}
BENCHMARK_CAPTURE(tent, fused, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(tent, autograd, false)->Unit(benchmark::kMillisecond);

/// The statistics alone.
void statistics(benchmark::State& state, bool fused) {
    static const fl::Model model{architecture("{kind: cnn}"), client().data.shape, 10};
    static sim::AlignedVector<float> parameters(model.layout().size());
    model.initialise(parameters, {{1}, sim::Purpose::model_init, 0, 0});
    const auto adapter = fl::make_batch_norm_adapter({.fused = fused}, model);
    for (auto _ : state) {
        adapter->adapt(parameters, client().window, 256, {.share = 0.5});
    }
}
BENCHMARK_CAPTURE(statistics, fused, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(statistics, autograd, false)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
    if (const char* const set = std::getenv("MLAASIM_INSTRUCTION_SET"); set != nullptr && *set != '\0') {
        mlaasim::fl::choose_instruction_set(set);
    }
    mlaasim::fl::use_one_thread();
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
