#include "sim/data/byte_source.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

constexpr int gzip_window = 15 + 16;  ///< largest window, gzip wrapper (zlib.h, inflateInit2)
constexpr std::size_t chunk = 64 * 1024;

std::string why_not_opened(const std::filesystem::path& file) {
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored)) {
        return "is a folder";
    }
    return std::generic_category().message(errno);
}

}  // namespace

struct ByteSource::State {
    std::filesystem::path file;
    std::ifstream stream{};
    bool gzip = false;
    bool ended = false;  ///< the gzip data is complete
    z_stream inflater{};
    std::array<std::uint8_t, chunk> buffer{};

    [[noreturn]] void fail(std::string what, std::string expected) const {
        throw InputError(Problem{.file = file.string(),
                                 .what = std::move(what),
                                 .expected = std::move(expected),
                                 .hint = "fetch the file again"});
    }

    std::size_t fill(std::uint8_t* out, std::size_t n) {
        stream.read(reinterpret_cast<char*>(out), static_cast<std::streamsize>(n));
        if (stream.bad()) {
            fail("can't be read", "a readable file");
        }
        return static_cast<std::size_t>(stream.gcount());
    }

    /// Makes compressed bytes available; false at the end of the file.
    bool refill() {
        if (inflater.avail_in == 0) {
            inflater.next_in = buffer.data();
            inflater.avail_in = static_cast<uInt>(fill(buffer.data(), buffer.size()));
        }
        return inflater.avail_in > 0;
    }

    std::size_t inflate_into(std::span<std::uint8_t> out) {
        inflater.next_out = out.data();
        inflater.avail_out = static_cast<uInt>(out.size());
        while (inflater.avail_out > 0 && !ended) {
            if (!refill()) {
                fail("its gzip data ends too early", "a whole gzip file");
            }
            const int code = ::inflate(&inflater, Z_NO_FLUSH);
            if (code == Z_STREAM_END) {
                ended = true;
                if (refill()) {
                    fail("has bytes after its gzip data", "one gzip member and nothing else");
                }
            } else if (code != Z_OK) {
                fail("its gzip data is damaged", "a whole gzip file");
            }
        }
        return out.size() - inflater.avail_out;
    }
};

ByteSource::ByteSource(std::filesystem::path file) : state_{std::make_unique<State>()} {
    state_->file = std::move(file);
    errno = 0;
    state_->stream.open(state_->file, std::ios::binary);
    std::error_code ignored;
    if (!state_->stream || std::filesystem::is_directory(state_->file, ignored)) {
        throw InputError(Problem{.file = state_->file.string(),
                                 .what = "can't be opened: " + why_not_opened(state_->file),
                                 .expected = "a readable file",
                                 .hint = "check the path and its permissions"});
    }
    std::array<std::uint8_t, 2> magic{};
    state_->gzip = state_->fill(magic.data(), magic.size()) == 2 && magic[0] == 0x1f && magic[1] == 0x8b;
    state_->stream.clear();
    state_->stream.seekg(0);
    if (state_->gzip) {
        expects(inflateInit2(&state_->inflater, gzip_window) == Z_OK, "zlib starts");
    }
}

ByteSource::~ByteSource() {
    if (state_->gzip) {
        inflateEnd(&state_->inflater);
    }
}

std::size_t ByteSource::read(std::span<std::uint8_t> out) {
    if (!state_->gzip) {
        return state_->fill(out.data(), out.size());
    }
    std::size_t done = 0;
    while (done < out.size()) {
        const std::size_t step = std::min<std::size_t>(out.size() - done, std::size_t{1} << 30U);
        const std::size_t got = state_->inflate_into(out.subspan(done, step));
        done += got;
        if (got < step) {
            break;
        }
    }
    return done;
}

}  // namespace mlaasim::sim
