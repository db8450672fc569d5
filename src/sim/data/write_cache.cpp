#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "sim/core/durable_files.hpp"
#include "sim/core/error.hpp"
#include "sim/core/sha256.hpp"
#include "sim/data/cache.hpp"
#include "sim/data/cache_format.hpp"

namespace mlaasim::sim {
namespace {

[[noreturn]] void not_written(const std::filesystem::path& file, int error) {
    throw InputError(Problem{.file = file.string(),
                             .what = "data cache can't be written: " + std::generic_category().message(error),
                             .expected = "a writable folder with room for the decoded data",
                             .hint = error == EFBIG ? file_size_hint() : "set MLAASIM_CACHE to another folder"});
}

/// The folder of a cache file; whatever the umask allows, nobody else may write to it.
void make_folder(const std::filesystem::path& file) {
    const std::filesystem::path folder = file.parent_path();
    std::error_code error;
    if (folder.has_parent_path()) {
        std::filesystem::create_directories(folder.parent_path(), error);
    }
    if (error) {
        not_written(file, error.value());
    }
    if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
        not_written(file, errno);
    }
}

/// A file that is removed again unless it was renamed into place.
class TemporaryFile {
public:
    explicit TemporaryFile(std::filesystem::path target) : target_{std::move(target)} {
        do {
            const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
            path_ = target_.string() + "." + std::to_string(::getpid()) + "." + std::to_string(now) + ".tmp";
            descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        } while (descriptor_ < 0 && errno == EEXIST);
        if (descriptor_ < 0) {
            not_written(target_, errno);
        }
    }
    ~TemporaryFile() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
        if (!in_place_) {
            ::unlink(path_.c_str());
        }
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    void write(std::span<const std::uint8_t> bytes) {
        while (!bytes.empty()) {
            const ssize_t done = ::write(descriptor_, bytes.data(), bytes.size());
            if (done < 0 && errno != EINTR) {
                not_written(target_, errno);
            }
            bytes = bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(done, 0)));
        }
    }

    void put_in_place() {
        check(::fsync(descriptor_));
        check(::close(std::exchange(descriptor_, -1)));
        check(::rename(path_.c_str(), target_.c_str()));
        in_place_ = true;
        const int folder = ::open(target_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (folder >= 0) {
            ::fsync(folder);
            ::close(folder);
        }
    }

private:
    void check(int code) const {
        if (code != 0) {
            not_written(target_, errno);
        }
    }

    std::filesystem::path target_;
    std::filesystem::path path_;
    int descriptor_ = -1;
    bool in_place_ = false;
};

struct Moments {
    double mean;
    double deviation;
};

/// Of grey values scaled to [0, 1], from exact integer counts. Data without any variation gets deviation 1.
Moments moments_of(std::span<const std::uint8_t> values) {
    // Four at a time: where one value follows itself, as background does, a count would wait for itself.
    std::array<std::array<std::uint64_t, 256>, 4> partial{};
    for (std::size_t i = 0; i < values.size(); ++i) {
        ++partial[i % 4][values[i]];
    }
    std::array<std::uint64_t, 256> counts{};
    for (std::size_t value = 0; value < counts.size(); ++value) {
        counts[value] = partial[0][value] + partial[1][value] + partial[2][value] + partial[3][value];
    }
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t value = 0; value < counts.size(); ++value) {
        const double grey = static_cast<double>(value) / 255.0;
        sum += static_cast<double>(counts[value]) * grey;
        squares += static_cast<double>(counts[value]) * grey * grey;
    }
    const auto n = static_cast<double>(values.size());
    const double variance = squares / n - (sum / n) * (sum / n);
    return {.mean = sum / n, .deviation = variance > 1e-12 ? std::sqrt(variance) : 1.0};
}

std::string content_of(const DecodedDataset& decoded) {
    Sha256 digest;
    for (const std::size_t number :
         {std::size_t{decoded.shape.channels}, std::size_t{decoded.shape.height}, std::size_t{decoded.shape.width},
          std::size_t{decoded.classes}, decoded.train.labels.size(), decoded.test.labels.size()}) {
        digest.update(std::to_string(number) + ' ');
    }
    for (const DecodedPool* pool : {&decoded.train, &decoded.test}) {
        digest.update(std::as_bytes(std::span{pool->values}));
        digest.update(std::as_bytes(std::span{pool->labels}));
    }
    return digest.hex();
}

constexpr std::array<std::uint8_t, 64> zeros{};

/// What fills the file from `length` up to `offset`.
std::span<const std::uint8_t> padding(std::uint64_t length, std::uint64_t offset) {
    expects(offset >= length && offset - length < zeros.size(), "sections are written in order");
    return std::span{zeros}.first(offset - length);
}

/// The sections in their order, padding between them.
std::vector<std::span<const std::uint8_t>> sections_of(const DecodedDataset& decoded, const CacheLayout& layout) {
    const DecodedPool& train = decoded.train;
    const DecodedPool& test = decoded.test;
    return {train.values, padding(layout.train_values + train.values.size(), layout.train_labels),
            train.labels, padding(layout.train_labels + train.labels.size(), layout.test_values),
            test.values,  padding(layout.test_values + test.values.size(), layout.test_labels),
            test.labels};
}

std::vector<CacheDigest> block_digests(const std::vector<std::span<const std::uint8_t>>& sections) {
    BlockDigests digests;
    for (const auto section : sections) {
        digests.update(section);
    }
    return digests.take();
}

/// The header without its digest.
CacheHeader header_of(const DecodedDataset& decoded) {
    const Moments moments = moments_of(decoded.train.values);
    CacheHeader header;
    header.classes = decoded.classes;
    header.channels = decoded.shape.channels;
    header.height = decoded.shape.height;
    header.width = decoded.shape.width;
    header.train = static_cast<std::uint32_t>(decoded.train.labels.size());
    header.test = static_cast<std::uint32_t>(decoded.test.labels.size());
    header.mean = static_cast<float>(moments.mean);
    header.deviation = static_cast<float>(moments.deviation);
    content_of(decoded).copy(header.content.data(), header.content.size());
    return header;
}

bool consistent(const DecodedPool& pool, const DecodedDataset& decoded) {
    return pool.values.size() == pool.labels.size() * decoded.shape.size() &&
           std::ranges::all_of(pool.labels, [&](std::uint8_t label) { return label < decoded.classes; });
}

}  // namespace

void write_cache(const std::filesystem::path& file, const DecodedDataset& decoded) {
    expects(!decoded.train.labels.empty() && !decoded.test.labels.empty(), "both pools hold samples");
    expects(consistent(decoded.train, decoded) && consistent(decoded.test, decoded),
            "values, labels and classes of a decoded data set fit together");
    if (file.has_parent_path()) {
        make_folder(file);
    }
    CacheHeader header = header_of(decoded);
    const CacheLayout layout = layout_of(header);
    const std::vector<std::span<const std::uint8_t>> sections = sections_of(decoded, layout);
    const std::vector<CacheDigest> blocks = block_digests(sections);
    header.name = cache_digest(file.filename().string());
    header.digest = header_digest(header, blocks);

    TemporaryFile temporary{file};
    const std::uint64_t table = blocks.size() * sizeof(CacheDigest);
    temporary.write({reinterpret_cast<const std::uint8_t*>(&header), sizeof header});
    temporary.write({reinterpret_cast<const std::uint8_t*>(blocks.data()), table});
    temporary.write(padding(sizeof header + table, layout.train_values));
    for (const auto section : sections) {
        temporary.write(section);
    }
    temporary.put_in_place();
}

}  // namespace mlaasim::sim
