// Micro-benchmarks of the simulator's own inner loops: build/bin/bench_micro [--benchmark_filter=...]
#include <benchmark/benchmark.h>

#include <numeric>
#include <string>
#include <vector>

#include "fl/aggregation/fixed_point_sum.hpp"
#include "sim/core/aligned.hpp"
#include "sim/core/random.hpp"
#include "sim/data/synthetic_digits.hpp"
#include "sim/drift/sample_block.hpp"
#include "sim/drift/schedule.hpp"
#include "sim/scenario_text/options_document.hpp"

namespace {

using namespace mlaasim;

void fixed_point_add(benchmark::State& state) {
    const auto size = static_cast<std::size_t>(state.range(0));
    sim::AlignedVector<float> row(size, 0.125F);
    fl::FixedPointSum sum{size, {256.0, 300, 300'000}};
    for (auto _ : state) {
        benchmark::DoNotOptimize(sum.add(row, 300));
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size * sizeof(float)));
}
BENCHMARK(fixed_point_add)->Arg(12'730)->Arg(50'890);

/// What a drift does to the samples of a client in round 1.
sim::DriftState drift_of(const std::string& options) {
    sim::DriftOptions entry;
    sim::OptionsDocument{options, "drift"}.read([&](sim::OptionVisitor& visitor) { declare(visitor, entry); });
    return sim::DriftSchedule{std::span{&entry, 1}, 1, 1, 10, {1}}.client(sim::ClientId{0}, sim::Round{1});
}

void read_samples(benchmark::State& state, const std::string& drift) {
    const sim::DecodedDataset digits = sim::generate_synthetic_digits({1}, 300, 10);
    const sim::SamplePool pool{digits.shape, digits.classes, digits.train.values, digits.train.labels};
    std::vector<std::uint32_t> indices(300);
    std::iota(indices.begin(), indices.end(), 0U);
    sim::SampleSource source{
        .pool = &pool, .mean = 0.13F, .deviation = 0.3F, .indices = indices, .round = sim::Round{1}};
    source.drift = drift_of(drift);
    sim::SampleBlock block;
    for (auto _ : state) {
        block.read(source);
        benchmark::DoNotOptimize(block.sample(0));
    }
    state.SetItemsProcessed(state.iterations() * 300);
}
BENCHMARK_CAPTURE(read_samples, clean, "share: 0");
BENCHMARK_CAPTURE(read_samples, rotation, "kind: rotation");
BENCHMARK_CAPTURE(read_samples, contrast, "kind: contrast");
BENCHMARK_CAPTURE(read_samples, brightness, "kind: brightness");
BENCHMARK_CAPTURE(read_samples, noise, "kind: noise");

void random_normals(benchmark::State& state) {
    sim::RandomStream random{{1}, sim::Purpose::test, 0, 0};
    for (auto _ : state) {
        benchmark::DoNotOptimize(random.normal());
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(random_normals);

}  // namespace

BENCHMARK_MAIN();
