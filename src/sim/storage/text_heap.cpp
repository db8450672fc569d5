#include "sim/storage/text_heap.hpp"

#include <cstdint>

namespace mlaasim::sim {
namespace {

using namespace std::string_view_literals;

// HDF5 File Format Specification, III.E. Numbers are little-endian, lengths have 8 bytes.
constexpr std::string_view signature = "GCOL\1\0\0\0"sv;
constexpr std::uint64_t header_size = 16;
constexpr std::uint64_t alignment = 8;

std::uint64_t number_at(std::string_view bytes, std::size_t position, std::size_t size) {
    std::uint64_t number = 0;
    for (std::size_t i = size; i-- > 0;) {
        number = number << 8U | static_cast<unsigned char>(bytes[position + i]);
    }
    return number;
}

/// `heap` begins with the heap's header and holds nothing after the heap.
bool is_whole(std::string_view heap) {
    std::uint64_t objects = 0;
    std::uint64_t position = header_size;
    while (heap.size() - position >= header_size) {
        const std::uint64_t index = number_at(heap, position, 2);
        const std::uint64_t size = number_at(heap, position + 8, 8);
        const std::uint64_t left = heap.size() - position;
        if (index == 0) {
            return size == left;  // free space: its size counts its own header, and nothing comes after it
        }
        ++objects;
        if (index != objects || size > left - header_size) {
            return false;
        }
        position += header_size + (size + alignment - 1) / alignment * alignment;
        if (position > heap.size()) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::optional<std::string> heap_damage(std::string_view bytes) {
    std::size_t begin = bytes.find(signature);
    while (begin != std::string_view::npos && bytes.size() - begin >= header_size) {
        const std::uint64_t size = number_at(bytes, begin + signature.size(), 8);
        if (size < header_size) {
            return "the heap of texts at byte " + std::to_string(begin) + " has " + std::to_string(size) + " bytes";
        }
        if (size > bytes.size() - begin) {
            return std::nullopt;
        }
        if (!is_whole(bytes.substr(begin, size))) {
            return "the heap of texts at byte " + std::to_string(begin) + " holds sizes that don't add up";
        }
        begin = bytes.find(signature, begin + size);
    }
    return std::nullopt;
}

}  // namespace mlaasim::sim
