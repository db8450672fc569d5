// A disk that a test can fill up.
#pragma once

#include <gtest/gtest.h>
#include <sys/mount.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "support/program.hpp"

namespace mlaasim::testing {

/// A file system of a few MiB, in a folder of its own.
class SmallDisk {
public:
    SmallDisk() {
        if (::mount("mlaasim-test", folder_.path().c_str(), "tmpfs", 0, "size=8m") != 0) {
            error_ = errno;
        }
    }
    ~SmallDisk() {
        if (error_ == 0) {
            ::umount2(folder_.path().c_str(), MNT_DETACH);
        }
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    /// errno of why there is none, or 0.
    [[nodiscard]] int error() const { return error_; }
    [[nodiscard]] std::filesystem::path folder() const { return folder_ / "output"; }

    void fill() const {
        const int file = ::open((folder_ / "filler").c_str(), O_WRONLY | O_CREAT, 0644);
        constexpr std::array<char, 4096> page{};
        while (::write(file, page.data(), page.size()) > 0) {
        }
        ::close(file);
    }
    void enlarge() const { remount(0); }
    void make_read_only() const { remount(MS_RDONLY); }

private:
    void remount(unsigned long flags) const {
        ASSERT_EQ(::mount(nullptr, folder_.path().c_str(), nullptr, MS_REMOUNT | flags, "size=32m"), 0)
            << std::strerror(errno);
    }

    TemporaryFolder folder_;
    int error_ = 0;
};

}  // namespace mlaasim::testing
