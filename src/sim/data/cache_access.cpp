#include "sim/data/cache_access.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "sim/core/error.hpp"
#include "sim/data/cache_format.hpp"

namespace mlaasim::sim {
namespace {

std::string message_of(int error) { return std::generic_category().message(error); }

/// Why somebody else may have written this; empty when nobody can have.
std::string why_not_ours(const struct stat& status) {
    if (status.st_uid != ::geteuid() && status.st_uid != 0) {
        return fmt::format("belongs to another user (number {})", status.st_uid);
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fmt::format("can be written by others (mode {:04o})", status.st_mode & 07777U);
    }
    return {};
}

}  // namespace

void unusable_cache(const std::filesystem::path& file, std::string what) {
    throw InputError(Problem{
        .file = file.string(),
        .what = "data cache " + std::move(what),
        .expected = "a whole cache file of format " + std::to_string(cache_format_version) + " that only you can write",
        .hint = "delete it; it is made again"});
}

void expect_own_cache_folder(const std::filesystem::path& folder) {
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0) {
        return;
    }
    if (const std::string why = why_not_ours(status); !why.empty()) {
        throw InputError(Problem{.file = folder.string(),
                                 .what = "the folder of the data cache " + why,
                                 .expected = "a folder that only you (or root) can write to",
                                 .hint = status.st_uid == ::geteuid()
                                             ? "chmod go-w " + folder.string() + ", or set MLAASIM_CACHE"
                                             : "set MLAASIM_CACHE to a folder of your own"});
    }
}

CacheFile::CacheFile(const std::filesystem::path& file) : file_{file} {
    descriptor_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (descriptor_ < 0) {
        unusable_cache(file, errno == ELOOP ? "is a symbolic link" : "can't be opened: " + message_of(errno));
    }
    struct stat status {};
    std::string why = ::fstat(descriptor_, &status) == 0 ? "" : "can't be opened: " + message_of(errno);
    if (why.empty()) {
        why = S_ISREG(status.st_mode) ? why_not_ours(status) : "is no regular file";
    }
    if (!why.empty()) {
        ::close(descriptor_);
        unusable_cache(file, why);
    }
    length_ = static_cast<std::uint64_t>(status.st_size);
}

CacheFile::~CacheFile() { ::close(descriptor_); }

void CacheFile::read(std::span<std::uint8_t> bytes, std::uint64_t offset) const {
    while (!bytes.empty()) {
        const ssize_t got = ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (got < 0 && errno != EINTR) {
            unusable_cache(file_, "can't be read: " + message_of(errno));
        }
        if (got == 0) {
            unusable_cache(file_, "is truncated");
        }
        const auto count = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
        bytes = bytes.subspan(count);
        offset += count;
    }
}

}  // namespace mlaasim::sim
