#include "sim/arrays/npz_file.hpp"

#include <zip.h>

#include <algorithm>
#include <new>
#include <utility>

#include "sim/arrays/npy_header.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

/// An archive in memory. What libzip refuses here is memory alone.
class MemoryArchive {
public:
    MemoryArchive() {
        zip_error_t error;
        zip_error_init(&error);
        buffer_ = zip_source_buffer_create(nullptr, 0, 0, &error);
        if (buffer_ != nullptr) {
            zip_source_keep(buffer_);
            archive_ = zip_open_from_source(buffer_, ZIP_CREATE | ZIP_TRUNCATE, &error);
        }
        zip_error_fini(&error);
        expect_memory(archive_ != nullptr);
    }
    ~MemoryArchive() {
        if (archive_ != nullptr) {
            zip_discard(archive_);
        }
        zip_source_free(buffer_);
    }
    MemoryArchive(const MemoryArchive&) = delete;
    MemoryArchive& operator=(const MemoryArchive&) = delete;

    /// `bytes` outlive the call of `take`.
    void add(const std::string& name, const std::string& bytes) {
        constexpr zip_uint16_t midnight = 0;
        constexpr zip_uint16_t first_day = 1U << 5U | 1U;  // of 1980, where MS-DOS begins to count
        zip_source_t* const source = zip_source_buffer(archive_, bytes.data(), bytes.size(), 0);
        expect_memory(source != nullptr);
        const zip_int64_t index = zip_file_add(archive_, name.c_str(), source, ZIP_FL_ENC_UTF_8);
        expect_memory(index >= 0);
        const auto entry = static_cast<zip_uint64_t>(index);
        expect_memory(zip_set_file_compression(archive_, entry, ZIP_CM_STORE, 0) == 0 &&
                      zip_file_set_dostime(archive_, entry, midnight, first_day, 0) == 0);
    }

    std::string take() {
        expect_memory(zip_close(archive_) == 0);
        archive_ = nullptr;
        zip_stat_t status;
        expect_memory(zip_source_stat(buffer_, &status) == 0 && zip_source_open(buffer_) == 0);
        std::string bytes(status.size, '\0');
        const zip_int64_t got = zip_source_read(buffer_, bytes.data(), bytes.size());
        zip_source_close(buffer_);
        expect_memory(std::cmp_equal(got, bytes.size()));
        return bytes;
    }

private:
    static void expect_memory(bool done) {
        if (!done) {
            throw std::bad_alloc();
        }
    }

    zip_source_t* buffer_ = nullptr;
    zip_t* archive_ = nullptr;
};

std::string npy_bytes(const NamedArray& array) {
    std::string bytes = npy_preamble({.descr = "<f4", .shape = array.shape});
    return bytes.append(reinterpret_cast<const char*>(array.values.data()), array.values.size_bytes());
}

/// Texts of NumPy have 4 bytes a character.
std::string npy_bytes(const std::string& text) {
    std::string bytes = npy_preamble({.descr = "<U" + std::to_string(std::max<std::size_t>(text.size(), 1))});
    for (const char character : text) {
        expects(static_cast<unsigned char>(character) < 0x80, "the text of an archive is ASCII");
        bytes.append({character, '\0', '\0', '\0'});
    }
    return bytes.append(text.empty() ? 4 : 0, '\0');
}

}  // namespace

std::string npz_bytes(const std::vector<NamedArray>& arrays, const std::string& metadata) {
    std::vector<std::pair<std::string, std::string>> entries;
    for (const NamedArray& array : arrays) {
        entries.emplace_back(array.name + ".npy", npy_bytes(array));
    }
    entries.emplace_back(std::string{npz_metadata_name} + ".npy", npy_bytes(metadata));
    MemoryArchive archive;
    for (const auto& [name, bytes] : entries) {
        archive.add(name, bytes);
    }
    return archive.take();
}

}  // namespace mlaasim::sim
