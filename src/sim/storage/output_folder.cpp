#include "sim/storage/output_folder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <climits>
#include <string>

#include "sim/core/durable_files.hpp"
#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"

namespace mlaasim::sim {
namespace {

namespace fs = std::filesystem;

constexpr const char* choose_another = "choose another output folder with --output";

[[noreturn]] void refuse(const fs::path& folder, std::string what, std::string expected, std::string hint) {
    throw InputError{Problem{
        .file = folder.string(), .what = std::move(what), .expected = std::move(expected), .hint = std::move(hint)}};
}

/// The most bytes of a name in this folder.
std::size_t longest_name(const fs::path& folder) {
    const long limit = ::pathconf(folder.empty() ? "." : folder.c_str(), _PC_NAME_MAX);
    return limit > 0 ? static_cast<std::size_t>(limit) : NAME_MAX;
}

/// A name or a path that the system takes for too long.
void expect_short(const fs::path& folder) {
    fs::path parent;
    for (const fs::path& part : folder) {
        const std::size_t length = part.native().size();
        const std::size_t most = longest_name(parent);
        if (length > most) {
            refuse(
                folder,
                fmt::format("the name \"{}\" in the output folder's path has {} bytes", shown(part.native()), length),
                fmt::format("names of at most {} bytes", most), "choose a shorter name with --output");
        }
        std::error_code ignored;
        parent = fs::is_directory(parent / part, ignored) ? parent / part : parent;
    }
    if (folder.native().size() >= PATH_MAX) {
        refuse(folder, fmt::format("the output folder's path has {} bytes", folder.native().size()),
               fmt::format("at most {} bytes", PATH_MAX - 1), "choose a shorter path with --output");
    }
}

/// The first part of the path that is there and is no folder.
void expect_folders(const fs::path& folder) {
    fs::path so_far;
    for (const fs::path& part : folder) {
        so_far /= part;
        std::error_code ignored;
        const fs::file_status link = fs::symlink_status(so_far, ignored);
        if (!fs::exists(link) || fs::is_directory(so_far, ignored)) {
            continue;
        }
        const std::string name = so_far == folder ? "the output folder" : so_far.string() + " on the way to it";
        if (fs::is_symlink(link)) {
            std::error_code error;
            const fs::path target = fs::read_symlink(so_far, error);
            if (!fs::exists(so_far, ignored)) {
                refuse(folder, fmt::format("{} is a symbolic link to {}, which is not there", name, target.string()),
                       "a folder, or a name that is free",
                       "make that folder, remove the link, or " + std::string{choose_another});
            }
        }
        refuse(folder, name + " is a file", "a folder, or a name that is free", choose_another);
    }
}

}  // namespace

void make_output_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    std::error_code ignored;
    if (fs::is_directory(folder, ignored)) {
        return;
    }
    expect_short(folder);
    expect_folders(folder);
    throw_system_error(folder, "make the output folder", error.value());
}

}  // namespace mlaasim::sim
