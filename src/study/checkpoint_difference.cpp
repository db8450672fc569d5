#include "study/checkpoint_difference.hpp"

#include <cstring>
#include <span>

namespace mlaasim::study {
namespace {

using Array = sim::Checkpoint::Array;
using What = ArrayDifference::What;

std::size_t size_of(Array::Type type) {
    switch (type) {
        case Array::Type::float32: return sizeof(float);
        case Array::Type::float64:
        case Array::Type::int64: return sizeof(std::int64_t);
        case Array::Type::uint8: break;
    }
    return 1;
}

template <class T>
T number(std::span<const std::byte> bytes) {
    T value{};
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

Cell value_of(Array::Type type, std::span<const std::byte> bytes) {
    switch (type) {
        case Array::Type::float32: return double{number<float>(bytes)};
        case Array::Type::float64: return number<double>(bytes);
        case Array::Type::int64: return number<std::int64_t>(bytes);
        case Array::Type::uint8: break;
    }
    return std::int64_t{number<std::uint8_t>(bytes)};
}

/// Compares two arrays of one type and length.
ArrayDifference compared(const std::string& name, Array::Type type, std::span<const std::byte> a,
                         std::span<const std::byte> b) {
    const std::size_t size = size_of(type);
    ArrayDifference difference{.name = name, .numbers = a.size() / size};
    for (std::size_t i = 0; i < difference.numbers; ++i) {
        const auto mine = a.subspan(i * size, size);
        const auto theirs = b.subspan(i * size, size);
        if (std::memcmp(mine.data(), theirs.data(), size) != 0 && difference.differing++ == 0) {
            difference.first = i;
            difference.a = value_of(type, mine);
            difference.b = value_of(type, theirs);
        }
    }
    return difference;
}

/// Appends what differs between two maps, where `compare` is asked of what both have.
template <class Map, class Name, class Compare>
void compare_maps(const Map& a, const Map& b, Name name, Compare compare, std::vector<ArrayDifference>& found) {
    for (const auto& [key, mine] : a) {
        const auto theirs = b.find(key);
        if (theirs == b.end()) {
            found.push_back({.name = name(key), .what = What::only_in_a});
            continue;
        }
        ArrayDifference difference = compare(name(key), mine, theirs->second);
        if (difference.what != What::values || difference.differing > 0) {
            found.push_back(std::move(difference));
        }
    }
    for (const auto& [key, theirs] : b) {
        if (!a.contains(key)) {
            found.push_back({.name = name(key), .what = What::only_in_b});
        }
    }
}

}  // namespace

std::vector<ArrayDifference> differences_of(const sim::Checkpoint& a, const sim::Checkpoint& b) {
    std::vector<ArrayDifference> found;
    compare_maps(
        a.arrays, b.arrays, [](const std::string& key) { return key; },
        [](const std::string& name, const Array& mine, const Array& theirs) {
            if (mine.type != theirs.type || mine.shape != theirs.shape || mine.bytes.size() != theirs.bytes.size()) {
                return ArrayDifference{.name = name, .what = What::of_two_forms};
            }
            return compared(name, mine.type, mine.bytes, theirs.bytes);
        },
        found);
    compare_maps(
        a.service_state, b.service_state,
        [](sim::ServiceId service) { return "state of service " + std::to_string(service.value()); },
        [](const std::string& name, const std::vector<float>& mine, const std::vector<float>& theirs) {
            if (mine.size() != theirs.size()) {
                return ArrayDifference{.name = name, .what = What::of_two_forms};
            }
            return compared(name, Array::Type::float32, std::as_bytes(std::span{mine}),
                            std::as_bytes(std::span{theirs}));
        },
        found);
    return found;
}

}  // namespace mlaasim::study
