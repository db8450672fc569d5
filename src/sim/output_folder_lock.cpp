#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "sim/durable_files.hpp"
#include "sim/error.hpp"
#include "sim/trace_hdf5.hpp"

namespace mlaasim::sim {
namespace {

std::string this_process() {
    std::array<char, 256> host{};
    const bool known = ::gethostname(host.data(), host.size() - 1) == 0;
    return "process " + std::to_string(::getpid()) + " on host " + (known ? host.data() : "(unknown)");
}

/// What the holder wrote into the lock file; it may be in the middle of writing it.
std::string holder(int descriptor) {
    std::array<char, 512> text{};
    const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
    return size > 0 ? std::string{text.data(), static_cast<std::size_t>(size)} : "another process";
}

void make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (std::filesystem::is_directory(folder)) {
        return;
    }
    if (std::filesystem::exists(folder)) {
        throw InputError{Problem{.file = folder.string(),
                                 .what = "the output folder is a file",
                                 .expected = "a folder, or a name that is free",
                                 .hint = "choose another output folder"}};
    }
    throw_system_error(folder, "make the output folder", error.value());
}

}  // namespace

OutputFolderLock::OutputFolderLock(const std::filesystem::path& folder) {
    make_folder(folder);
    const std::filesystem::path file = folder / ".lock";
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor_ < 0) {
        throw_system_error(file, "write to the output folder", errno);
    }
    int error = ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
    const std::string held_by = error == EWOULDBLOCK ? holder(descriptor_) : "";
    if (error == 0) {
        const std::string me = this_process();
        const bool written = ::ftruncate(descriptor_, 0) == 0 &&
                             ::pwrite(descriptor_, me.data(), me.size(), 0) == static_cast<ssize_t>(me.size());
        error = written ? 0 : (errno != 0 ? errno : ENOSPC);
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

}  // namespace mlaasim::sim
