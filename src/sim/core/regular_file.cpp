#include "sim/core/regular_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, std::string what, const FileRole& role,
                         const std::string& hint = {}) {
    throw InputError{Problem{.file = file.string(),
                             .what = std::move(what),
                             .expected = role.expected,
                             .hint = hint.empty() ? role.hint : hint}};
}

[[noreturn]] void refuse_unreadable(const std::filesystem::path& file, int error, const FileRole& role) {
    refuse(file, role.subject + " can't be read: " + std::generic_category().message(error), role);
}

/// What stands in a regular file's place; empty when it is one.
std::string kind_of(mode_t mode) {
    switch (mode & S_IFMT) {
        case S_IFREG: return "";
        case S_IFDIR: return "this is a folder";
        case S_IFIFO: return "this is a pipe";
        case S_IFSOCK: return "this is a socket";
        default: return "this is a device";
    }
}

bool is_made_up_by_kernel(int descriptor) {
    struct statfs system {};
    return ::fstatfs(descriptor, &system) == 0 && (system.f_type == PROC_SUPER_MAGIC || system.f_type == SYSFS_MAGIC);
}

/// A regular file, open for reading until the end of its scope.
class OpenFile {
public:
    OpenFile(const std::filesystem::path& file, const FileRole& role) {
        struct stat status {};
        if (::stat(file.c_str(), &status) != 0) {
            refuse_unreadable(file, errno, role);
        }
        std::string kind = kind_of(status.st_mode);
        if (kind.empty()) {
            // Should it have become a pipe meanwhile, this does not wait for a writer.
            descriptor_ = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
            if (descriptor_ < 0) {
                refuse_unreadable(file, errno, role);
            }
            kind = ::fstat(descriptor_, &status) == 0 ? kind_of(status.st_mode) : "this is no file";
        }
        if (kind.empty() && is_made_up_by_kernel(descriptor_)) {
            kind = "this is a file of the kernel, not of a disk";
        }
        size_ = static_cast<std::size_t>(status.st_size);
        if (!kind.empty()) {
            close();
            refuse(file, kind, role);
        }
    }
    ~OpenFile() { close(); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    void close() const {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }

    int descriptor_ = -1;
    std::size_t size_ = 0;
};

[[noreturn]] void refuse_length(const std::filesystem::path& file, std::string length, std::size_t most,
                                const FileRole& role) {
    throw InputError{Problem{.file = file.string(),
                             .what = role.subject + " has " + std::move(length) + " bytes",
                             .expected = fmt::format("{} of at most {} bytes", role.expected, most),
                             .hint = role.hint}};
}

std::string read_all(int descriptor, const std::filesystem::path& file, std::size_t most, const FileRole& role) {
    std::string text;
    for (;;) {
        constexpr std::size_t step = 64 * 1024;
        const std::size_t before = text.size();
        text.resize(before + step);
        const ssize_t got = ::read(descriptor, text.data() + before, step);
        if (got < 0 && errno != EINTR) {
            refuse_unreadable(file, errno, role);
        }
        text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got == 0) {
            return text;
        }
        if (text.size() > most) {
            refuse_length(file, fmt::format("more than {}", most), most, role);
        }
    }
}

}  // namespace

void expect_regular_file(const std::filesystem::path& file, const FileRole& role) { const OpenFile opened{file, role}; }

std::string read_regular_file(const std::filesystem::path& file, std::size_t most, const FileRole& role) {
    const OpenFile opened{file, role};
    if (opened.size() > most) {
        refuse_length(file, std::to_string(opened.size()), most, role);
    }
    return read_all(opened.descriptor(), file, most, role);
}

std::string read_standard_input(std::size_t most, const FileRole& role) {
    return read_all(STDIN_FILENO, "standard input", most, role);
}

}  // namespace mlaasim::sim
