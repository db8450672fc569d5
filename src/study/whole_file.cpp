#include "study/whole_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "sim/core/durable_files.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::study {
namespace {

/// An open file; closed at the end of its scope.
struct Descriptor {
    int value;
    ~Descriptor() { ::close(value); }
};

/// Throws InputError when the name is that of a folder, or lies in a folder that does not exist.
void expect_place_for(const std::filesystem::path& file) {
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored)) {
        throw sim::InputError({.file = file.string(),
                               .what = "cannot write the file: this is a folder",
                               .expected = "the name of a file",
                               .hint = "name a file in the folder"});
    }
    const std::filesystem::path folder = file.parent_path();
    if (!folder.empty() && std::filesystem::status(folder, ignored).type() == std::filesystem::file_type::not_found) {
        throw sim::InputError({.file = file.string(),
                               .what = "cannot write the file: its folder does not exist",
                               .expected = "a file in a folder that exists",
                               .hint = "make the folder: mkdir -p " + folder.string()});
    }
}

/// Writes to `next`; errors name the file that the text is for.
void write_synced(const std::filesystem::path& next, std::string_view text, const std::filesystem::path& file) {
    const int opened = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (opened < 0) {
        sim::throw_system_error(file, "write the file", errno);
    }
    const Descriptor descriptor{opened};
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor.value, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            sim::throw_system_error(file, "write the file", errno);
        }
        text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    if (::fsync(descriptor.value) != 0) {
        sim::throw_system_error(file, "write the file to the disk", errno);
    }
}

}  // namespace

void write_whole_file(const std::filesystem::path& file, std::string_view text) {
    expect_place_for(file);
    // Processes of one study may write the same file at once, also on several hosts: each under a name of its own.
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    const std::filesystem::path next = fmt::format("{}.{}.{}.next", file.string(), host.data(), ::getpid());
    try {
        write_synced(next, text, file);
        sim::rename_file(next, file);
    } catch (...) {
        ::unlink(next.c_str());
        throw;
    }
    const std::filesystem::path folder = file.parent_path();
    sim::sync_to_disk(folder.empty() ? "." : folder);
}

}  // namespace mlaasim::study
