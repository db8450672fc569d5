#include "sim/storage/hdf5_file.hpp"

#include <hdf5.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <string>
#include <thread>
#include <type_traits>

#include "sim/core/durable_files.hpp"
#include "sim/core/error.hpp"
#include "sim/storage/text_heap.hpp"

namespace mlaasim::sim {
namespace {

static_assert(std::is_same_v<hid_t, Hdf5Handle::Id> && std::is_same_v<herr_t, int>, "HDF5 1.10 or newer");

/// HDF5 prints its error stack by default; here errors travel in exceptions.
void keep_quiet() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

/// The deepest entry of HDF5's error stack. Of its long report of a failed system call only the system's words are
/// kept.
std::string innermost_error() {
    std::string text;
    const auto take_first = [](unsigned index, const H5E_error2_t* error, void* data) -> herr_t {
        if (index == 0 && error->desc != nullptr) {
            *static_cast<std::string*>(data) = error->desc;
        }
        return 0;
    };
    if (H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, &text) < 0 || text.empty()) {
        return "HDF5 gives no reason";
    }
    constexpr std::string_view marker = "error message = '";
    if (const auto begin = text.find(marker); begin != std::string::npos) {
        const auto end = text.find('\'', begin + marker.size());
        return text.substr(begin + marker.size(), end - begin - marker.size());
    }
    return text;
}

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view doing) {
    const std::string reason = innermost_error();
    const auto says = [&](std::string_view words) { return reason.find(words) != std::string::npos; };
    std::string hint;
    if (says("No space left") || says("quota")) {
        hint = "free disk space, then give the same command again, for a run with --resume";
    } else if (says("File too large")) {
        hint = file_size_hint();
    } else if (says("signature not found")) {
        hint = "this is no HDF5 file; traces are named trace.h5";
    }
    throw InputError{
        Problem{.file = path.string(), .what = "cannot " + std::string{doing} + ": " + reason, .hint = hint}};
}

/// No object of a file outlives its closing: an error of the program shows at once. The file format is that of
/// HDF5 1.10, in which all that describes objects has checksums.
Hdf5Handle file_access() {
    keep_quiet();
    Hdf5Handle access{H5Pcreate(H5P_FILE_ACCESS), H5Pclose};
    expects(access.id() >= 0 && H5Pset_fclose_degree(access.id(), H5F_CLOSE_SEMI) >= 0 &&
                H5Pset_libver_bounds(access.id(), H5F_LIBVER_V110, H5F_LIBVER_V110) >= 0,
            "HDF5 can make a property list");
    return access;
}

Hdf5Handle opened(hid_t id, const std::filesystem::path& path, std::string_view doing) {
    if (id < 0) {
        fail(path, doing);
    }
    return {id, H5Fclose};
}

/// The root's texts are written first, so they lie at the file's beginning.
void expect_whole_texts(const Hdf5File& file, const std::filesystem::path& path) {
    constexpr std::size_t looked_at = std::size_t{4} << 20U;
    std::ifstream stream{path, std::ios::binary};
    std::string beginning(std::min<std::uintmax_t>(looked_at, std::filesystem::file_size(path)), '\0');
    stream.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
    beginning.resize(static_cast<std::size_t>(stream.gcount()));
    if (const auto damage = heap_damage(beginning)) {
        file.damaged(*damage, "what the run wrote");
    }
}

}  // namespace

Hdf5Handle& Hdf5Handle::operator=(Hdf5Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(closer_, other.closer_);
    return *this;
}

Hdf5Handle::~Hdf5Handle() {
    if (id_ >= 0) {
        static_cast<void>(close_now());
    }
}

int Hdf5Handle::close_now() { return closer_(std::exchange(id_, -1)); }

Hdf5File Hdf5File::create(const std::filesystem::path& path) {
    const Hdf5Handle access = file_access();
    return {path, opened(H5Fcreate(path.c_str(), H5F_ACC_EXCL, H5P_DEFAULT, access.id()), path, "create the file")};
}

Hdf5File Hdf5File::open_to_append(const std::filesystem::path& path) {
    const Hdf5Handle access = file_access();
    return {path, opened(H5Fopen(path.c_str(), H5F_ACC_RDWR, access.id()), path, "open the file for writing")};
}

Hdf5File Hdf5File::open_to_read(const std::filesystem::path& path) {
    const Hdf5Handle access = file_access();
    constexpr int attempts = 100;
    for (int attempt = 1;; ++attempt) {
        const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id());
        if (id >= 0 || attempt == attempts || innermost_error().find("unable to lock") == std::string::npos) {
            Hdf5File file{path, opened(id, path, "open the file")};
            expect_whole_texts(file, path);
            return file;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
}

std::int64_t Hdf5File::check(std::int64_t status, std::string_view doing) const {
    if (status < 0) {
        fail(path_, doing);
    }
    return status;
}

Hdf5Handle Hdf5File::own(Hdf5Handle::Id id, Hdf5Handle::Closer closer, std::string_view doing) const {
    return {check(id, doing), closer};
}

void Hdf5File::close(Hdf5Handle handle, std::string_view doing) const { check(handle.close_now(), doing); }

void Hdf5File::flush_and_close() {
    check(H5Fflush(id(), H5F_SCOPE_LOCAL), "write the file");
    check(handle_.close_now(), "close the file");
}

void Hdf5File::damaged(std::string_view what, std::string_view expected) const {
    throw InputError{Problem{.file = path_.string(),
                             .what = "damaged: " + std::string{what},
                             .expected = std::string{expected},
                             .hint = "use an undamaged copy of the trace, or start a new run"}};
}

std::string hdf5_version() {
    unsigned major = 0;
    unsigned minor = 0;
    unsigned release = 0;
    expects(H5get_libversion(&major, &minor, &release) >= 0, "HDF5 knows its version");
    return "HDF5 " + std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

}  // namespace mlaasim::sim
