#include "sim/arrays/array_reader.hpp"

#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "sim/arrays/array_bytes.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

constexpr const char* npy_expected = "an array as numpy.save writes it";
constexpr const char* again = "write it again with numpy.save or numpy.savez";

/// The length of the header's text: 2 bytes in version 1.0, 4 in 2.0 and 3.0.
std::size_t header_length(const ArrayPlace& place, ArrayReader::Bytes& bytes, std::uint8_t version) {
    std::array<std::uint8_t, 4> number{};
    const std::size_t width = version == 1 ? 2 : 4;
    if (bytes.read(std::span{number}.first(width)) != width) {
        array_problem(place, "ends within its header", npy_expected, again);
    }
    return number[0] | number[1] << 8U | number[2] << 16U | std::size_t{number[3]} << 24U;
}

NpyHeader read_header(const ArrayPlace& place, ArrayReader::Bytes& bytes) {
    std::array<std::uint8_t, 8> start{};
    constexpr std::string_view magic{"\x93NUMPY", 6};
    if (bytes.read(start) != start.size() ||
        std::string_view{reinterpret_cast<const char*>(start.data()), magic.size()} != magic) {
        array_problem(place, "does not start as a .npy file does", npy_expected, again);
    }
    if (start[6] < 1 || start[6] > 3 || start[7] != 0) {
        array_problem(place, "has format version " + std::to_string(start[6]) + "." + std::to_string(start[7]),
                      "1.0, 2.0 or 3.0", again);
    }
    const std::size_t length = header_length(place, bytes, start[6]);
    if (length > most_npy_header_bytes) {
        array_problem(place, "has a header of " + std::to_string(length) + " bytes",
                      "at most " + std::to_string(most_npy_header_bytes), again);
    }
    std::string text(length, '\0');
    if (bytes.read({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}) != length) {
        array_problem(place, "ends within its header", npy_expected, again);
    }
    try {
        return parse_npy_header(text);
    } catch (const std::invalid_argument& error) {
        array_problem(place, std::string{"can't be read: "} + error.what(), npy_expected, again);
    }
}

}  // namespace

void array_problem(const ArrayPlace& place, const std::string& what, std::string expected, std::string hint) {
    throw InputError(Problem{.file = place.file.string(),
                             .what = (place.entry.empty() ? "the array " : "the array " + place.entry + " ") + what,
                             .expected = std::move(expected),
                             .hint = std::move(hint)});
}

ArrayReader::ArrayReader(ArrayPlace place)
    : place_{std::move(place)}, bytes_{open_array(place_)}, header_{read_header(place_, *bytes_)} {}

ArrayReader::~ArrayReader() = default;
ArrayReader::ArrayReader(ArrayReader&&) noexcept = default;
ArrayReader& ArrayReader::operator=(ArrayReader&&) noexcept = default;

void ArrayReader::read(std::span<std::uint8_t> out) {
    const std::size_t got = bytes_->read(out);
    if (got < out.size()) {
        array_problem(place_, "ends too early", "as many values as its shape says", again);
    }
}

void ArrayReader::expect_end() {
    std::array<std::uint8_t, 1> more{};
    if (bytes_->read(more) != 0) {
        array_problem(place_, "has bytes after its values", "as many values as its shape says", again);
    }
}

}  // namespace mlaasim::sim
