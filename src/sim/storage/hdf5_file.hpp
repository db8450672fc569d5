// The thin RAII that every use of the HDF5 C library goes through: owned identifiers, checked return codes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace mlaasim::sim {

/// Owns one HDF5 identifier. The destructor is for unwinding and for what can't fail late (types, dataspaces);
/// what was written to is closed with Hdf5File::close, which reports errors.
class Hdf5Handle {
public:
    using Id = std::int64_t;
    using Closer = int (*)(Id);

    Hdf5Handle() = default;
    Hdf5Handle(Id id, Closer closer) : id_{id}, closer_{closer} {}
    Hdf5Handle(Hdf5Handle&& other) noexcept : id_{std::exchange(other.id_, -1)}, closer_{other.closer_} {}
    Hdf5Handle& operator=(Hdf5Handle&& other) noexcept;
    ~Hdf5Handle();

    [[nodiscard]] Id id() const { return id_; }

private:
    friend class Hdf5File;
    [[nodiscard]] int close_now();

    Id id_ = -1;
    Closer closer_ = nullptr;
};

/// An open HDF5 file; failures name it and carry HDF5's innermost description.
class Hdf5File {
public:
    /// A new file. Fails when the name is taken, by a symbolic link too.
    static Hdf5File create(const std::filesystem::path& path);
    /// Fails while another process has the file open: HDF5 locks it.
    static Hdf5File open_to_append(const std::filesystem::path& path);
    /// Waits a moment for a writer that has just opened the file.
    static Hdf5File open_to_read(const std::filesystem::path& path);

    [[nodiscard]] Hdf5Handle::Id id() const { return handle_.id(); }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    /// Throws InputError when `status` is HDF5's way to say no (negative). `doing` completes "cannot ...".
    std::int64_t check(std::int64_t status, std::string_view doing) const;
    [[nodiscard]] Hdf5Handle own(Hdf5Handle::Id id, Hdf5Handle::Closer closer, std::string_view doing) const;
    /// Closes what was written to, and reports errors that HDF5 has kept until now.
    void close(Hdf5Handle handle, std::string_view doing) const;
    void flush_and_close();

    /// Throws InputError: the file opens but is not the trace it should be.
    [[noreturn]] void damaged(std::string_view what, std::string_view expected) const;

private:
    Hdf5File(std::filesystem::path path, Hdf5Handle handle) : path_{std::move(path)}, handle_{std::move(handle)} {}

    std::filesystem::path path_;
    Hdf5Handle handle_;
};

/// "HDF5 1.10.8"
[[nodiscard]] std::string hdf5_version();

}  // namespace mlaasim::sim
