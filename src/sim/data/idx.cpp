#include "sim/data/idx.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "sim/core/error.hpp"
#include "sim/data/byte_source.hpp"

namespace mlaasim::sim {
namespace {

constexpr std::uint64_t largest_array = std::uint64_t{1} << 32U;  ///< bytes; anything above is taken for damage
constexpr std::size_t growth = std::size_t{16} << 20U;            ///< bytes read before trusting the header further

[[noreturn]] void fail(const std::filesystem::path& file, std::string what, std::string expected) {
    throw InputError(Problem{.file = file.string(),
                             .what = std::move(what),
                             .expected = std::move(expected),
                             .hint = "IDX files are those of MNIST and Fashion-MNIST, plain or .gz; fetch it again"});
}

std::uint32_t read_big_endian(ByteSource& source, const std::filesystem::path& file) {
    std::array<std::uint8_t, 4> bytes{};
    if (source.read(bytes) != bytes.size()) {
        fail(file, "ends within the IDX header", "a magic number and its dimensions");
    }
    std::uint32_t value = 0;
    for (const std::uint8_t byte : bytes) {
        value = (value << 8U) | byte;
    }
    return value;
}

std::vector<std::uint32_t> read_dimensions(ByteSource& source, const std::filesystem::path& file) {
    const std::uint32_t magic = read_big_endian(source, file);
    if (magic != 0x00000801U && magic != 0x00000803U) {
        fail(file, "is no IDX file of unsigned bytes: its magic number is " + std::to_string(magic),
             "2049 (labels) or 2051 (images)");
    }
    std::vector<std::uint32_t> dimensions(magic & 0xFFU);
    for (std::uint32_t& dimension : dimensions) {
        dimension = read_big_endian(source, file);
    }
    return dimensions;
}

std::uint64_t size_of(const std::vector<std::uint32_t>& dimensions, const std::filesystem::path& file) {
    std::uint64_t size = 1;
    for (const std::uint32_t dimension : dimensions) {
        size *= dimension;
        if (size == 0 || size > largest_array) {
            fail(file, "has an absurd IDX dimension: " + std::to_string(dimension),
                 "at least 1 each, at most 4 GiB together");
        }
    }
    return size;
}

}  // namespace

IdxArray read_idx(const std::filesystem::path& file) {
    ByteSource source{file};
    IdxArray array{.dimensions = read_dimensions(source, file), .values = {}};
    const std::uint64_t size = size_of(array.dimensions, file);
    while (array.values.size() < size) {
        const std::size_t done = array.values.size();
        const std::size_t step = std::min<std::size_t>(growth, size - done);
        array.values.resize(done + step);
        const std::size_t got = source.read(std::span{array.values}.subspan(done, step));
        if (got < step) {
            fail(file, "holds only " + std::to_string(done + got) + " values",
                 std::to_string(size) + " by its dimensions");
        }
    }
    std::array<std::uint8_t, 1> more{};
    if (source.read(more) != 0) {
        fail(file, "has bytes after its values", std::to_string(size) + " values by its dimensions");
    }
    return array;
}

}  // namespace mlaasim::sim
