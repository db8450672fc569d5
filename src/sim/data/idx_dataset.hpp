// The four IDX files that make up MNIST or Fashion-MNIST.
#pragma once

#include <array>
#include <filesystem>
#include <string>

#include "sim/data/cache.hpp"
#include "sim/data/data_options.hpp"

namespace mlaasim::sim {

/// Training images and labels, test images and labels.
using IdxFiles = std::array<std::filesystem::path, 4>;

/// Finds the files of `source` (mnist or fashion_mnist), plain or with .gz, in the data folder or its usual
/// sub-folders. Throws InputError naming what is missing where.
[[nodiscard]] IdxFiles find_idx_files(DataSource source, const std::filesystem::path& data_folder);

/// Tells one version of the files from another without reading them: by path, size and time of change.
[[nodiscard]] std::string identity_of(const IdxFiles& files);

/// Throws InputError when the files are damaged or don't fit together.
[[nodiscard]] DecodedDataset decode_idx(const IdxFiles& files);

}  // namespace mlaasim::sim
