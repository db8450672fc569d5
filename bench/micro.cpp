// Micro-benchmarks of the simulator's own inner loops: build/bin/bench_micro [--benchmark_filter=...]
#include <benchmark/benchmark.h>

#include <numeric>
#include <vector>

#include "fl/aggregation/fixed_point_sum.hpp"
#include "sim/core/aligned.hpp"
#include "sim/core/random.hpp"
#include "sim/data/synthetic_digits.hpp"
#include "sim/drift/sample_block.hpp"

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

void read_samples(benchmark::State& state) {
    const sim::DecodedDataset digits = sim::generate_synthetic_digits({1}, 300, 10);
    const sim::SamplePool pool{digits.shape, digits.classes, digits.train.values, digits.train.labels};
    std::vector<std::uint32_t> indices(300);
    std::iota(indices.begin(), indices.end(), 0U);
    sim::SampleSource source{
        .pool = &pool, .mean = 0.13F, .deviation = 0.3F, .indices = indices, .round = sim::Round{1}};
    source.drift.rotation_degrees = static_cast<double>(state.range(0));
    source.drift.noise_deviation = 0.1 * static_cast<double>(state.range(1));
    sim::SampleBlock block;
    for (auto _ : state) {
        block.read(source);
        benchmark::DoNotOptimize(block.sample(0));
    }
    state.SetItemsProcessed(state.iterations() * 300);
}
BENCHMARK(read_samples)->ArgNames({"degrees", "noise"})->Args({0, 0})->Args({30, 0})->Args({0, 1});

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
