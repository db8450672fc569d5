// System calls that put files in place for good; failures throw InputError with the system's words.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace mlaasim::sim {

/// `doing` completes "cannot ..."; `error` is an errno.
[[noreturn]] void throw_system_error(const std::filesystem::path& path, std::string_view doing, int error);

/// What to do about a write that fails with EFBIG: names the limit on file sizes, where there is one.
[[nodiscard]] std::string file_size_hint();

/// Forces a file's bytes, or a folder's names, to the disk.
void sync_to_disk(const std::filesystem::path& path);

/// A second name for the same file.
void link_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// Replaces `to` in one step.
void rename_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// Removes the file if it is there.
void remove_file(const std::filesystem::path& path);

/// Leaves no half copy behind.
void duplicate_file(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace mlaasim::sim
