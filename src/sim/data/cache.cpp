#include "sim/data/cache.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "sim/data/cache_format.hpp"
#include "sim/error.hpp"

namespace mlaasim::sim {
namespace {

[[noreturn]] void unusable(const std::filesystem::path& file, std::string what) {
    throw InputError(Problem{.file = file.string(),
                             .what = "data cache " + std::move(what),
                             .expected = "a whole cache file of format " + std::to_string(cache_format_version),
                             .hint = "delete it; it is made again"});
}

CacheHeader read_header(const std::filesystem::path& file, const void* address, std::size_t length) {
    CacheHeader header;
    if (length < sizeof header) {
        unusable(file, "is truncated");
    }
    std::memcpy(&header, address, sizeof header);
    if (header.magic != cache_magic || header.version != cache_format_version) {
        unusable(file, "is of another format");
    }
    if (header.checksum != checksum_of(header)) {
        unusable(file, "has a damaged header");
    }
    if (length != layout_of(header).length) {
        unusable(file,
                 "has " + std::to_string(length) + " bytes instead of " + std::to_string(layout_of(header).length));
    }
    return header;
}

SamplePool pool_at(const std::uint8_t* start, const CacheHeader& header, std::uint64_t values, std::uint64_t labels,
                   std::uint32_t count) {
    const SampleShape shape{header.channels, header.height, header.width};
    return {.shape = shape,
            .classes = header.classes,
            .values = {start + values, count * shape.size()},
            .labels = {start + labels, count}};
}

Dataset dataset_at(const void* address, const CacheHeader& header) {
    const auto* start = static_cast<const std::uint8_t*>(address);
    const CacheLayout layout = layout_of(header);
    return {.train = pool_at(start, header, layout.train_values, layout.train_labels, header.train),
            .test = pool_at(start, header, layout.test_values, layout.test_labels, header.test),
            .mean = header.mean,
            .deviation = header.deviation};
}

bool labels_in_range(const SamplePool& pool) {
    return std::ranges::all_of(pool.labels, [&](std::uint8_t label) { return label < pool.classes; });
}

}  // namespace

std::uint32_t checksum_of(CacheHeader header) {
    header.checksum = 0;
    return static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(&header), static_cast<uInt>(sizeof header)));
}

MappedDataset::MappedDataset(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        unusable(file, "can't be opened: " + std::generic_category().message(errno));
    }
    struct stat status {};
    const bool sized = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
    void* const address =
        sized ? ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_SHARED, descriptor, 0)
              : MAP_FAILED;
    ::close(descriptor);
    if (address == MAP_FAILED) {
        unusable(file, sized ? "can't be mapped: " + std::generic_category().message(errno) : "is empty");
    }
    address_ = address;
    length_ = static_cast<std::size_t>(status.st_size);
    try {
        const CacheHeader header = read_header(file, address_, length_);
        dataset_ = dataset_at(address_, header);
        content_.assign(header.content.begin(), header.content.end());
        if (!labels_in_range(dataset_.train) || !labels_in_range(dataset_.test)) {
            unusable(file, "holds a label beyond its classes");
        }
    } catch (...) {
        ::munmap(address, length_);
        throw;
    }
}

MappedDataset::~MappedDataset() { ::munmap(const_cast<void*>(address_), length_); }

}  // namespace mlaasim::sim
