// Which version of some files it is, told without reading them.
#pragma once

#include <filesystem>
#include <span>
#include <string>

namespace mlaasim::sim {

/// 16 hexadecimal digits that follow from path, size and time of change of each file. Throws std::filesystem_error when
/// a file is gone.
[[nodiscard]] std::string identity_of(std::span<const std::filesystem::path> files);

}  // namespace mlaasim::sim
