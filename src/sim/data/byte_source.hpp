// The bytes of a file in order, gunzipped when the file is gzipped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace mlaasim::sim {

/// Reads a plain or gzipped file from its start. What it is, is told by the first two bytes, not by the name.
class ByteSource {
public:
    /// Throws InputError when the file can't be opened.
    explicit ByteSource(std::filesystem::path file);
    ~ByteSource();
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;

    /// Fills `out` as far as there are bytes and returns how many there were. Throws InputError on a read error, on
    /// damaged or truncated gzip data, and on bytes after the gzip data.
    [[nodiscard]] std::size_t read(std::span<std::uint8_t> out);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace mlaasim::sim
