// Which data a scenario uses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/options.hpp"

namespace mlaasim::sim {

enum class DataSource { automatic, synthetic_digits, mnist, fashion_mnist };

struct DataOptions {
    /// automatic: MNIST when a data folder is given (--data, MLAASIM_DATA), else synthetic digits.
    DataSource source = DataSource::automatic;
    std::int64_t synthetic_train = 20000;  ///< generated training samples
    std::int64_t synthetic_test = 4000;    ///< generated test samples
    std::int64_t synthetic_seed = 1;       ///< of the generator alone: runs with other scenario seeds share the cache
};

[[nodiscard]] std::vector<Choice> choices_of(DataSource source);
void declare(OptionVisitor& visitor, DataOptions& options);

}  // namespace mlaasim::sim
