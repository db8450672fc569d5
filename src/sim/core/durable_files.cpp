#include "sim/core/durable_files.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

std::string hint_for(int error) {
    switch (error) {
        case ENOSPC:
        case EDQUOT: return "free disk space, then give the same command again, for a run with --resume";
        case EFBIG: return file_size_hint();
        case EACCES:
        case EPERM:
        case EROFS: return "choose an output folder that you may write to";
        case ENOTSUP:
        case ENOSYS:
        case ENOLCK: return "choose an output folder on a local file system with hard links and file locks";
        default: return "";
    }
}

void require(int status, const std::filesystem::path& path, std::string_view doing) {
    if (status != 0) {
        throw_system_error(path, doing, errno);
    }
}

/// Closed at the end of its scope; what was written is forced out, and its errors reported, by sync_to_disk.
struct Descriptor {
    int value;
    explicit Descriptor(int descriptor) : value{descriptor} {}
    ~Descriptor() {
        if (value >= 0) {
            ::close(value);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
};

}  // namespace

void throw_system_error(const std::filesystem::path& path, std::string_view doing, int error) {
    throw InputError{Problem{.file = path.string(),
                             .what = "cannot " + std::string{doing} + ": " + std::generic_category().message(error),
                             .hint = hint_for(error)}};
}

std::string file_size_hint() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return "this file system takes no larger files; choose another one";
    }
    return "files may have " + std::to_string(limit.rlim_cur / 1024) +
           " KiB here, a limit that `ulimit -f` sets; raise it and start again, a stopped run with --resume";
}

void sync_to_disk(const std::filesystem::path& path) {
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.value < 0) {
        throw_system_error(path, "open to synchronise", errno);
    }
    require(::fsync(file.value), path, "write to the disk");
}

void link_file(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (::link(from.c_str(), to.c_str()) != 0) {
        // Where the file system has no hard links, the kernel says that the operation is not permitted.
        throw_system_error(to, "link to " + from.filename().string(), errno == EPERM ? ENOTSUP : errno);
    }
}

void rename_file(const std::filesystem::path& from, const std::filesystem::path& to) {
    require(std::rename(from.c_str(), to.c_str()), to, "put in place from " + from.filename().string());
}

void remove_file(const std::filesystem::path& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
        throw_system_error(path, "remove", errno);
    }
}

void duplicate_file(const std::filesystem::path& from, const std::filesystem::path& to) {
    const Descriptor in{::open(from.c_str(), O_RDONLY | O_CLOEXEC)};
    if (in.value < 0) {
        throw_system_error(from, "open to copy", errno);
    }
    // A new file, so that nothing is written through a link that somebody has put there.
    remove_file(to);
    const Descriptor out{::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)};
    if (out.value < 0) {
        throw_system_error(to, "copy from " + from.filename().string(), errno);
    }
    constexpr std::size_t block = 1U << 30U;
    ssize_t copied = 0;
    do {
        copied = ::sendfile(out.value, in.value, nullptr, block);
    } while (copied > 0);
    if (copied < 0) {
        const int error = errno;
        remove_file(to);
        throw_system_error(to, "copy from " + from.filename().string(), error);
    }
}

}  // namespace mlaasim::sim
