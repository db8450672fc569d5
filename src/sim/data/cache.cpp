#include "sim/data/cache.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <system_error>

#include "sim/data/cache_access.hpp"
#include "sim/data/cache_format.hpp"

namespace mlaasim::sim {
namespace {

std::span<std::uint8_t> bytes_of(CacheHeader& header) {
    return {reinterpret_cast<std::uint8_t*>(&header), sizeof header};
}

/// The header of a file that is as long as it says.
CacheHeader read_header(const std::filesystem::path& path, const CacheFile& file) {
    CacheHeader header;
    if (file.length() < sizeof header) {
        unusable_cache(path, "is truncated");
    }
    file.read(bytes_of(header), 0);
    if (header.magic != cache_magic || header.version != cache_format_version) {
        unusable_cache(path, "is of another format");
    }
    const std::uint64_t length = layout_of(header).length;
    if (file.length() != length) {
        unusable_cache(path, "has " + std::to_string(file.length()) + " bytes instead of " + std::to_string(length));
    }
    return header;
}

std::vector<CacheDigest> read_block_digests(const std::filesystem::path& path, const CacheFile& file,
                                            const CacheHeader& header) {
    std::vector<CacheDigest> blocks(layout_of(header).blocks);
    file.read({reinterpret_cast<std::uint8_t*>(blocks.data()), blocks.size() * sizeof(CacheDigest)}, sizeof header);
    if (header.digest != header_digest(header, blocks)) {
        unusable_cache(path, "has a damaged header");
    }
    if (header.name != cache_digest(path.filename().string())) {
        unusable_cache(path, "was written under another name, so it holds other data");
    }
    return blocks;
}

/// Reads the file, not its mapping: a disk error is then an error, not a signal.
void check_blocks(const std::filesystem::path& path, const CacheFile& file, const CacheHeader& header,
                  const std::vector<CacheDigest>& blocks) {
    const CacheLayout layout = layout_of(header);
    std::vector<std::uint8_t> buffer(cache_block_size);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const std::uint64_t offset = layout.train_values + i * std::uint64_t{cache_block_size};
        const auto block = std::span{buffer}.first(std::min<std::uint64_t>(cache_block_size, layout.length - offset));
        file.read(block, offset);
        if (cache_digest(block) != blocks[i]) {
            unusable_cache(path, "is damaged between byte " + std::to_string(offset) + " and byte " +
                                     std::to_string(offset + block.size()));
        }
    }
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

MappedDataset::MappedDataset(const std::filesystem::path& path, CacheCheck check) {
    const CacheFile file{path};
    const CacheHeader header = read_header(path, file);
    const std::vector<CacheDigest> blocks = read_block_digests(path, file, header);
    if (check == CacheCheck::everything) {
        check_blocks(path, file, header, blocks);
    }
    length_ = file.length();
    void* const address = ::mmap(nullptr, length_, PROT_READ, MAP_SHARED, file.descriptor(), 0);
    if (address == MAP_FAILED && errno == ENOMEM) {
        throw std::bad_alloc{};
    }
    if (address == MAP_FAILED) {
        unusable_cache(path, "can't be mapped: " + std::generic_category().message(errno));
    }
    address_ = address;
    dataset_ = dataset_at(address_, header);
    if (!labels_in_range(dataset_.train) || !labels_in_range(dataset_.test)) {
        ::munmap(address, length_);
        unusable_cache(path, "holds a label beyond its classes");
    }
    content_.assign(header.content.begin(), header.content.end());
}

MappedDataset::~MappedDataset() { ::munmap(const_cast<void*>(address_), length_); }

}  // namespace mlaasim::sim
