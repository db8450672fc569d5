#include "sim/storage/output_folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

#include "sim/core/durable_files.hpp"
#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"
#include "sim/storage/output_folder.hpp"

namespace mlaasim::sim {
namespace {

constexpr const char* lock_name = ".lock";

std::string this_process() {
    std::array<char, 256> host{};
    const bool known = ::gethostname(host.data(), host.size() - 1) == 0;
    return "process " + std::to_string(::getpid()) + " on host " + (known ? host.data() : "(unknown)");
}

/// What the holder wrote into the lock file; it may be in the middle of writing it.
std::string holder(int descriptor) {
    std::array<char, 512> text{};
    const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
    return size > 0 ? escaped({text.data(), static_cast<std::size_t>(size)}) : "another process";
}

[[noreturn]] void refuse_lock_file(const std::filesystem::path& file, const std::string& what) {
    throw InputError{Problem{.file = file.string(),
                             .what = "the lock file of the output folder is " + what,
                             .expected = "a plain file that the run makes for itself",
                             .hint = "remove it, or choose another output folder"}};
}

/// A link is not followed: what it leads to would be overwritten.
int open_lock_file(const std::filesystem::path& file) {
    const int descriptor =
        ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0644);
    if (descriptor < 0 && errno == ELOOP) {
        refuse_lock_file(file, "a symbolic link");
    }
    if (descriptor < 0) {
        throw_system_error(file, "write to the output folder", errno);
    }
    struct stat status {};
    if (::fstat(descriptor, &status) == 0 && !S_ISREG(status.st_mode)) {
        ::close(descriptor);
        refuse_lock_file(file, "no regular file");
    }
    return descriptor;
}

/// Takes the lock, or returns the error. Whoever only looks whether a folder is in use holds its lock for a moment, so
/// a lock that is held is tried again.
int take_lock(int descriptor, int kind) {
    constexpr int tries = 20;
    constexpr std::chrono::milliseconds pause{10};
    for (int i = 1; ::flock(descriptor, kind | LOCK_NB) != 0; ++i) {
        if (errno != EWOULDBLOCK || i == tries) {
            return errno;
        }
        std::this_thread::sleep_for(pause);
    }
    return 0;
}

}  // namespace

OutputFolderLock::OutputFolderLock(const std::filesystem::path& folder, Sharing sharing) : folder_{folder} {
    make_output_folder(folder);
    const std::filesystem::path file = folder / lock_name;
    descriptor_ = open_lock_file(file);
    const int kind = sharing == Sharing::shared ? LOCK_SH : LOCK_EX;
    int error = take_lock(descriptor_, kind);
    const std::string held_by = error == EWOULDBLOCK ? holder(descriptor_) : "another process";
    if (error == 0) {
        const std::string me = this_process();
        const bool written = ::ftruncate(descriptor_, 0) == 0 &&
                             ::pwrite(descriptor_, me.data(), me.size(), 0) == static_cast<ssize_t>(me.size());
        error = written ? 0 : (errno != 0 ? errno : ENOSPC);
    }
    if (error == 0 && !lost().empty()) {
        error = EWOULDBLOCK;  // somebody removed the file before it was locked
    }
    if (error != 0) {
        ::close(descriptor_);
        if (error == EWOULDBLOCK) {
            throw InputError{Problem{.file = folder.string(),
                                     .what = "the output folder is in use by " + held_by,
                                     .expected = "one run per output folder",
                                     .hint = "wait for that run to end, or choose another output folder"}};
        }
        throw_system_error(file, "lock the output folder", error);
    }
}

OutputFolderLock::~OutputFolderLock() { ::close(descriptor_); }

std::string OutputFolderLock::lost() const {
    struct stat held {};
    struct stat there {};
    if (::lstat((folder_ / lock_name).c_str(), &there) != 0) {
        return "removed";
    }
    const bool same = ::fstat(descriptor_, &held) == 0 && held.st_dev == there.st_dev && held.st_ino == there.st_ino;
    return same ? "" : "replaced";
}

void OutputFolderLock::expect_held() const {
    if (const std::string what = lost(); !what.empty()) {
        throw InputError{Problem{
            .file = (folder_ / lock_name).string(),
            .what = "the lock file of this run was " + what + ", so another run may be writing to the output folder",
            .expected = "a lock file that stays as long as the run",
            .hint = "see that no other run uses the folder, then continue with --resume"}};
    }
}

}  // namespace mlaasim::sim
