// The four IDX files that make up MNIST or Fashion-MNIST.
#pragma once

#include <array>
#include <filesystem>
#include <string_view>

#include "sim/data/dataset.hpp"

namespace mlaasim::sim {

/// Training images and labels, test images and labels.
using IdxFiles = std::array<std::filesystem::path, 4>;

/// Where a source's files lie below the data folder.
struct IdxFolders {
    std::string_view source;  ///< as messages call it: the word of data.source
    std::string_view usual;
    std::string_view of_torchvision;
};

/// Finds the files, plain or with .gz, in the data folder or one of its sub-folders. Throws InputError naming what is
/// missing where.
[[nodiscard]] IdxFiles find_idx_files(const IdxFolders& folders, const std::filesystem::path& data_folder);

/// Throws InputError when the files are damaged or don't fit together.
[[nodiscard]] DecodedDataset decode_idx(const IdxFiles& files);

}  // namespace mlaasim::sim
