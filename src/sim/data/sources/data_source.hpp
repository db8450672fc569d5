// Where samples come from: kinds of data sources.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "sim/data/dataset.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::sim {

/// What is known of the data before any file is read.
struct KnownData {
    SampleShape shape;
    std::uint32_t classes = 0;
    std::uint64_t most_train = 0;  ///< at most so many training samples, as far as is known
    std::uint64_t most_test = 0;
    bool generated = false;  ///< both numbers are exact then, and their options are synthetic_train and synthetic_test
};

/// Where relative paths begin.
struct DataPlaces {
    std::filesystem::path scenario_folder{};  ///< the folder of the scenario file; empty: the working folder
    std::filesystem::path data_folder{};      ///< --data or MLAASIM_DATA; empty for none
};

/// Data that a source has found, before they are read or generated.
struct FoundData {
    std::string identity;  ///< tells them from other data of the same source; part of the cache file's name
    std::function<DecodedDataset(unsigned threads)> decode;  ///< throws InputError
};

/// The options of a kind of data source, and how it finds its data.
struct DataSource {
    virtual ~DataSource() = default;

    /// Looks at the files of a source whose options name them, so that the functions below can tell what is in them.
    /// To be called once, before them. Throws InputError, with paths below `data`.
    virtual void look(const DataPlaces& /*places*/) {}

    /// The shape is all 0 when look() has not been called, and is needed.
    [[nodiscard]] virtual KnownData known() const = 0;
    /// `data_folder` is --data or MLAASIM_DATA; empty for none. Throws InputError naming what was looked for where.
    [[nodiscard]] virtual FoundData find(const std::filesystem::path& data_folder) const = 0;
    /// The source that a run takes in this one's place; none: this one.
    [[nodiscard]] virtual std::optional<Chosen<DataSource>> instead(
        const std::filesystem::path& /*data_folder*/) const {
        return std::nullopt;
    }
};

/// The kinds of data sources; the first is the default.
[[nodiscard]] std::span<const Kind<DataSource>> data_source_kinds();

/// Which data a scenario uses.
struct DataOptions {
    Chosen<DataSource> source{data_source_kinds()};
};

void declare(OptionVisitor& visitor, DataOptions& options);

}  // namespace mlaasim::sim
