// Who may have written a data cache: only what nobody but us (or root) can write is used.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace mlaasim::sim {

/// Throws InputError saying why a data cache can't be used, and that it can be deleted.
[[noreturn]] void unusable_cache(const std::filesystem::path& file, std::string what);

/// Throws InputError when the folder is there, and belongs to neither us nor root or can be written by others.
void expect_own_cache_folder(const std::filesystem::path& folder);

/// A data cache file, open for reading.
class CacheFile {
public:
    /// Throws InputError unless it is a regular file that belongs to us or root and that others can't write. A symbolic
    /// link is not followed.
    explicit CacheFile(const std::filesystem::path& file);
    ~CacheFile();
    CacheFile(const CacheFile&) = delete;
    CacheFile& operator=(const CacheFile&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }
    /// In bytes.
    [[nodiscard]] std::uint64_t length() const { return length_; }

    /// Fills `bytes` from `offset` on. Throws InputError on a read error and at the end of the file.
    void read(std::span<std::uint8_t> bytes, std::uint64_t offset) const;

private:
    std::filesystem::path file_;
    int descriptor_ = -1;
    std::uint64_t length_ = 0;
};

}  // namespace mlaasim::sim
