// Which data a scenario uses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/data/dataset.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::sim {

enum class DataSource { automatic, synthetic_digits, mnist, fashion_mnist, synthetic_sensors };

struct DataOptions {
    /// automatic: MNIST when a data folder is given (--data, MLAASIM_DATA), else synthetic digits.
    DataSource source = DataSource::automatic;
    // Of both generated sources:
    std::int64_t synthetic_train = 20000;  ///< generated training samples
    std::int64_t synthetic_test = 4000;    ///< generated test samples
    std::int64_t synthetic_seed = 1;       ///< of the generator alone: runs with other scenario seeds share the cache
};

/// False for sensor windows, which can't be turned as images can.
[[nodiscard]] bool has_images(DataSource source);

[[nodiscard]] std::vector<Choice> choices_of(DataSource source);
void declare(OptionVisitor& visitor, DataOptions& options);

/// What is known of the data before any file is read.
struct KnownData {
    SampleShape shape;
    std::uint32_t classes = 0;
    std::uint64_t most_train = 0;  ///< at most so many training samples, as far as is known
    std::uint64_t most_test = 0;
};
[[nodiscard]] KnownData known_data(const DataOptions& options);

}  // namespace mlaasim::sim
