#include "sim/data/sources/generated.hpp"

namespace mlaasim::sim {

void declare(OptionVisitor& visitor, GeneratedSamples& options) {
    constexpr Range count = between(1.0, 10'000'000.0);
    visitor.option("synthetic_train", options.train,
                   {.doc = "Training samples of a generated source", .unit = "samples", .range = count});
    visitor.option("synthetic_test", options.test,
                   {.doc = "Test samples of a generated source", .unit = "samples", .range = count});
    visitor.option("synthetic_seed", options.seed,
                   {.doc = "Seed of the generators alone, so that scenarios with other seeds share the generated data",
                    .range = at_least(0.0)});
}

KnownData GeneratedSource::known() const {
    return {.shape = shape(),
            .classes = classes(),
            .most_train = static_cast<std::uint64_t>(samples.train),
            .most_test = static_cast<std::uint64_t>(samples.test),
            .generated = true};
}

FoundData GeneratedSource::find(const std::filesystem::path& /*data_folder*/) const {
    const auto train = static_cast<std::uint32_t>(samples.train);
    const auto test = static_cast<std::uint32_t>(samples.test);
    const Seed seed{static_cast<std::uint64_t>(samples.seed)};
    return {.identity = "g" + std::to_string(version()) + "-" + std::to_string(train) + "-" + std::to_string(test) +
                        "-" + std::to_string(seed.value),
            .decode = [generate = generator(), seed, train, test](unsigned threads) {
                return generate(seed, train, test, threads);
            }};
}

}  // namespace mlaasim::sim
