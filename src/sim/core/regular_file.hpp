// Files that the user names: only what lies on a disk is opened, so that nothing waits and nothing is read without end.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace mlaasim::sim {

/// What a file is to the program, for messages.
struct FileRole {
    std::string subject;   ///< "the scenario"
    std::string expected;  ///< "a YAML file"
    std::string hint{};
};

/// Throws InputError unless the path leads to a regular file that can be opened: no folder, pipe, device or socket, and
/// no file that the kernel makes up (/proc, /sys). Never waits.
void expect_regular_file(const std::filesystem::path& file, const FileRole& role);

/// All bytes of a regular file, in the same sense. Throws InputError when there are more than `most`.
[[nodiscard]] std::string read_regular_file(const std::filesystem::path& file, std::size_t most, const FileRole& role);

/// All bytes of standard input, whatever it is. Throws InputError when there are more than `most`.
[[nodiscard]] std::string read_standard_input(std::size_t most, const FileRole& role);

}  // namespace mlaasim::sim
