#include "sim/arrays/array_bytes.hpp"

#include <zip.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/core/regular_file.hpp"

namespace mlaasim::sim {
namespace {

class PlainBytes final : public ArrayReader::Bytes {
public:
    explicit PlainBytes(const ArrayPlace& place) : place_{place}, stream_{place.file, std::ios::binary} {}

    std::size_t read(std::span<std::uint8_t> out) override {
        stream_.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
        if (stream_.bad()) {
            array_problem(place_, "can't be read", "a readable file");
        }
        return static_cast<std::size_t>(stream_.gcount());
    }

private:
    ArrayPlace place_;
    std::ifstream stream_;
};

struct CloseArchive {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseEntry {
    void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};
using Archive = std::unique_ptr<zip_t, CloseArchive>;

Archive open_archive(const std::filesystem::path& file) {
    int code = 0;
    Archive archive{zip_open(file.c_str(), ZIP_RDONLY, &code)};
    if (archive == nullptr) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        const std::string why = zip_error_strerror(&error);
        zip_error_fini(&error);
        throw InputError({.file = file.string(),
                          .what = "can't be opened as an archive of arrays: " + why,
                          .expected = "a .npz file as numpy.savez writes it",
                          .hint = "write it again with numpy.savez or numpy.savez_compressed"});
    }
    return archive;
}

/// The names of the archive's entries, for messages.
std::string names_in(zip_t* archive) {
    constexpr zip_int64_t most_named = 8;
    const zip_int64_t count = zip_get_num_entries(archive, 0);
    std::string names;
    for (zip_int64_t i = 0; i < std::min(count, most_named); ++i) {
        const char* const name = zip_get_name(archive, static_cast<zip_uint64_t>(i), 0);
        names += (names.empty() ? "" : ", ") + std::string{name == nullptr ? "?" : name};
    }
    return count == 0 ? "none" : names + (count > most_named ? ", ..." : "");
}

class EntryBytes final : public ArrayReader::Bytes {
public:
    explicit EntryBytes(const ArrayPlace& place) : place_{place}, archive_{open_archive(place.file)} {
        const zip_int64_t index = zip_name_locate(archive_.get(), place.entry.c_str(), 0);
        if (index < 0) {
            throw InputError({.file = place.file.string(),
                              .what = "has no array " + place.entry,
                              .expected = "one of its arrays: " + names_in(archive_.get()),
                              .hint = "give numpy.savez that name, or name the array in the scenario"});
        }
        entry_.reset(zip_fopen_index(archive_.get(), static_cast<zip_uint64_t>(index), 0));
        if (entry_ == nullptr) {
            array_problem(place_, std::string{"can't be opened: "} + zip_strerror(archive_.get()),
                          "an entry that is stored or deflated, and not encrypted",
                          "write it again with numpy.savez or numpy.savez_compressed");
        }
    }

    std::size_t read(std::span<std::uint8_t> out) override {
        std::size_t done = 0;
        while (done < out.size()) {
            const zip_int64_t got = zip_fread(entry_.get(), out.data() + done, out.size() - done);
            if (got < 0) {
                array_problem(place_, std::string{"is damaged: "} + zip_file_strerror(entry_.get()),
                              "what numpy.savez wrote", "write or fetch the archive again");
            }
            if (got == 0) {
                break;
            }
            done += static_cast<std::size_t>(got);
        }
        return done;
    }

private:
    ArrayPlace place_;
    Archive archive_;
    std::unique_ptr<zip_file_t, CloseEntry> entry_;
};

}  // namespace

std::unique_ptr<ArrayReader::Bytes> open_array(const ArrayPlace& place) {
    expect_regular_file(place.file, {.subject = "the data file", .expected = "a .npy or .npz file"});
    if (place.entry.empty()) {
        return std::make_unique<PlainBytes>(place);
    }
    return std::make_unique<EntryBytes>(place);
}

}  // namespace mlaasim::sim
