#include "sim/data/data_options.hpp"

#include <limits>

namespace mlaasim::sim {

bool has_images(DataSource source) { return source != DataSource::synthetic_sensors; }

std::vector<Choice> choices_of(DataSource /*source*/) {
    return {
        {"automatic", static_cast<int>(DataSource::automatic),
         "MNIST when a data folder is given, else synthetic digits"},
        {"synthetic_digits", static_cast<int>(DataSource::synthetic_digits), "generated 28x28 digits, no files needed"},
        {"synthetic_sensors", static_cast<int>(DataSource::synthetic_sensors),
         "generated windows of a phone's motion sensors, 9 channels x 1 x 128 time steps, six activities; no files "
         "needed"},
        {"mnist", static_cast<int>(DataSource::mnist), "MNIST from IDX files of the data folder"},
        {"fashion_mnist", static_cast<int>(DataSource::fashion_mnist),
         "Fashion-MNIST from IDX files of the data folder"},
    };
}

void declare(OptionVisitor& visitor, DataOptions& options) {
    constexpr Range count = between(1.0, 10'000'000.0);
    visitor.choice("source", options.source,
                   {.doc = "Data set; the folder of its files is given by --data or MLAASIM_DATA"});
    visitor.option("synthetic_train", options.synthetic_train,
                   {.doc = "Training samples of a generated source", .unit = "samples", .range = count});
    visitor.option("synthetic_test", options.synthetic_test,
                   {.doc = "Test samples of a generated source", .unit = "samples", .range = count});
    visitor.option("synthetic_seed", options.synthetic_seed,
                   {.doc = "Seed of the generators alone, so that scenarios with other seeds share the generated data",
                    .range = at_least(0.0)});
}

KnownData known_data(const DataOptions& options) {
    // Files may be cut or extended; their numbers are known when they have been read.
    constexpr std::uint64_t any = std::numeric_limits<std::uint32_t>::max();
    const bool images = has_images(options.source);
    const bool generated = options.source == DataSource::synthetic_digits || !images;
    return {.shape = images ? SampleShape{1, 28, 28} : SampleShape{9, 1, 128},
            .classes = images ? 10U : 6U,
            .most_train = generated ? static_cast<std::uint64_t>(options.synthetic_train) : any,
            .most_test = generated ? static_cast<std::uint64_t>(options.synthetic_test) : any};
}

}  // namespace mlaasim::sim
