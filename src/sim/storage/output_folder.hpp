// Makes the folder that results go to, or says which part of its path is in the way.
#pragma once

#include <filesystem>

namespace mlaasim::sim {

/// Makes the folder and its parents when needed. Throws InputError naming the part of the path that can't be used.
void make_output_folder(const std::filesystem::path& folder);

}  // namespace mlaasim::sim
