// Files that are replaced in one step: a reader finds the old one or the new one, whole.
#pragma once

#include <filesystem>
#include <string_view>

namespace mlaasim::study {

/// Writes the text under a temporary name, forces it to the disk and renames it. Throws InputError; then the old file
/// is as it was, and nothing else is left behind.
void write_whole_file(const std::filesystem::path& file, std::string_view text);

}  // namespace mlaasim::study
