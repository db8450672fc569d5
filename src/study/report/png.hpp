// Pictures with few colours as PNG files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mlaasim::study {

struct Colour {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    bool transparent = false;
};

/// A PNG with a palette: `pixels` are numbers of `palette`, row by row; at most 256 colours. Throws std::runtime_error
/// when the library refuses, as it does for a picture of no pixels.
[[nodiscard]] std::vector<std::byte> png_of(std::size_t width, std::size_t height, std::span<const std::uint8_t> pixels,
                                            std::span<const Colour> palette);

}  // namespace mlaasim::study
