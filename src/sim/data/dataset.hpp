// A labelled data set as it lies in the node's cache file: one copy, mapped by all ranks of the node.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mlaasim::sim {

/// Shape of one sample; images are 1x28x28, later sensor windows are channels x 1 x length.
struct SampleShape {
    std::uint32_t channels = 0;
    std::uint32_t height = 0;
    std::uint32_t width = 0;

    [[nodiscard]] std::size_t size() const { return std::size_t{channels} * height * width; }
    /// Samples of one row are time steps; others are images.
    [[nodiscard]] bool is_series() const { return height == 1 && width > 1; }
    friend bool operator==(const SampleShape&, const SampleShape&) = default;
};

/// A view of labelled samples, 8 bits a value, C order. Valid as long as the mapping (data/cache.hpp) lives.
struct SamplePool {
    SampleShape shape;
    std::uint32_t classes = 0;
    std::span<const std::uint8_t> values;  ///< count x shape.size()
    std::span<const std::uint8_t> labels;  ///< count, each < classes

    [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(labels.size()); }
    [[nodiscard]] std::span<const std::uint8_t> sample(std::uint32_t index) const {
        return values.subspan(index * shape.size(), shape.size());
    }
};

/// What services train on and what clients stream, plus the constants that normalise both.
struct Dataset {
    SamplePool train;
    SamplePool test;
    float mean = 0.0F;       ///< of the training values in [0, 1]
    float deviation = 1.0F;  ///< their standard deviation
};

/// Decoded samples in memory, before they go to the cache file.
struct DecodedPool {
    std::vector<std::uint8_t> values;
    std::vector<std::uint8_t> labels;
};
struct DecodedDataset {
    SampleShape shape;
    std::uint32_t classes = 0;
    DecodedPool train;
    DecodedPool test;
};

}  // namespace mlaasim::sim
