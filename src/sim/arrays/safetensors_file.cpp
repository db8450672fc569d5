#include "sim/arrays/safetensors_file.hpp"

#include <cstdint>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

/// A text of JSON, quotes included.
std::string quoted(const std::string& text) {
    std::string json = "\"";
    for (const char character : text) {
        expects(character >= ' ' && character <= '~', "texts of a safetensors file are printable ASCII");
        json += character == '"' || character == '\\' ? "\\" : "";
        json += character;
    }
    return json + '"';
}

std::string listed(const std::vector<std::uint64_t>& numbers) {
    std::string json;
    for (const std::uint64_t number : numbers) {
        json += (json.empty() ? "" : ",") + std::to_string(number);
    }
    return "[" + json + "]";
}

}  // namespace

std::string safetensors_bytes(const std::vector<NamedArray>& arrays, const std::string& key,
                              const std::string& metadata) {
    std::string header = "{\"__metadata__\":{" + quoted(key) + ":" + quoted(metadata) + "}";
    std::string values;
    for (const NamedArray& array : arrays) {
        const std::size_t begin = values.size();
        values.append(reinterpret_cast<const char*>(array.values.data()), array.values.size_bytes());
        header += "," + quoted(array.name) + ":{\"dtype\":\"F32\",\"shape\":" + listed(array.shape) +
                  ",\"data_offsets\":" + listed({begin, values.size()}) + "}";
    }
    header += "}";
    constexpr std::size_t alignment = 8;
    header.resize((header.size() + alignment - 1) / alignment * alignment, ' ');
    std::string bytes;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        bytes += static_cast<char>(std::uint64_t{header.size()} >> shift & 0xFFU);
    }
    return bytes + header + values;
}

}  // namespace mlaasim::sim
