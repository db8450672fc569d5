#include "study/report/png.hpp"

#include <png.h>

#include <stdexcept>
#include <string>

#include "sim/core/error.hpp"

namespace mlaasim::study {

std::vector<std::byte> png_of(std::size_t width, std::size_t height, std::span<const std::uint8_t> pixels,
                              std::span<const Colour> palette) {
    sim::expects(pixels.size() == width * height, "a number for every pixel");
    sim::expects(palette.size() <= 256, "at most 256 colours");
    // The simplified interface takes the colours as red, green, blue and alpha.
    std::vector<std::uint8_t> colours;
    for (const Colour& colour : palette) {
        const std::uint8_t alpha = colour.transparent ? 0 : 255;
        colours.insert(colours.end(), {colour.red, colour.green, colour.blue, alpha});
    }
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(width);
    image.height = static_cast<png_uint_32>(height);
    image.format = PNG_FORMAT_RGBA_COLORMAP;
    image.colormap_entries = static_cast<png_uint_32>(palette.size());
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    std::vector<std::byte> file(size);
    if (png_image_write_to_memory(&image, file.data(), &size, 0, pixels.data(), 0, colours.data()) == 0) {
        throw std::runtime_error(std::string{"libpng can't write a picture: "} + image.message);
    }
    file.resize(size);
    return file;
}

}  // namespace mlaasim::study
