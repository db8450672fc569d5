// What sources of IDX files have in common.
#pragma once

#include "sim/data/idx_dataset.hpp"
#include "sim/data/sources/data_source.hpp"

namespace mlaasim::sim {

/// Images of 28x28 and ten classes. Files may be cut or extended: how many samples they have is known when they have
/// been read.
[[nodiscard]] KnownData known_idx();

/// Throws InputError naming what is missing where.
[[nodiscard]] FoundData find_idx(const IdxFolders& folders, const std::filesystem::path& data_folder);

/// A kind without options.
[[nodiscard]] Kind<DataSource> mnist_source();

}  // namespace mlaasim::sim
