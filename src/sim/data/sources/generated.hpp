// What generated sources have in common: how many samples, and the generator's seed.
#pragma once

#include <cstdint>

#include "sim/core/random.hpp"
#include "sim/data/sources/data_source.hpp"

namespace mlaasim::sim {

struct GeneratedSamples {
    std::int64_t train = 20000;
    std::int64_t test = 4000;
    std::int64_t seed = 1;  ///< of the generator alone: runs with other scenario seeds share the cache
};

/// The options `synthetic_train`, `synthetic_test` and `synthetic_seed`.
void declare(OptionVisitor& visitor, GeneratedSamples& options);

/// A source without files.
struct GeneratedSource : DataSource {
    using Generator = DecodedDataset (*)(Seed seed, std::uint32_t train, std::uint32_t test, unsigned threads);

    GeneratedSamples samples{};

    [[nodiscard]] KnownData known() const final;
    [[nodiscard]] FoundData find(const std::filesystem::path& data_folder) const final;

private:
    [[nodiscard]] virtual SampleShape shape() const = 0;
    [[nodiscard]] virtual std::uint32_t classes() const = 0;
    [[nodiscard]] virtual Generator generator() const = 0;
    /// Of what the generator makes.
    [[nodiscard]] virtual std::uint32_t version() const = 0;
};

/// The kind whose leaf is a GeneratedSource of digits.
[[nodiscard]] Kind<DataSource> synthetic_digits_source();

}  // namespace mlaasim::sim
