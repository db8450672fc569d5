// Operations of MEMO's AugMix. A level is drawn from U(0.1, 1) of 10: an operation has at most a tenth of its largest
// magnitude, and whole numbers are cut off.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "sim/core/clones.hpp"
#include "sim/corruption/affine.hpp"
#include "tta/techniques/views.hpp"

namespace mlaasim::tta {
namespace {

using Values = std::span<float>;
using sim::RandomStream;
using sim::SampleShape;

std::size_t area(const SampleShape& shape) { return std::size_t{shape.height} * shape.width; }

/// The tenth of the largest magnitude that a level gives.
double magnitude(double largest, RandomStream& random) { return random.uniform(0.1, 1.0) * largest / 10.0; }

double signed_magnitude(double size, RandomStream& random) { return random.below(2) == 1 ? -size : size; }

// NOLINTNEXTLINE(bugprone-incorrect-roundings): of a value in [0, 1], and lround is a call
std::size_t grey(float value) { return static_cast<std::uint8_t>(value * 255.0F + 0.5F); }

using Table = std::array<float, 256>;

void look_up(Values values, const Table& table) {
    std::ranges::transform(values, values.begin(), [&](float value) { return table[grey(value)]; });
}

/// The least and the greatest value. Lanes of their own, so that the loop becomes one of vectors.
MLAASIM_CLONES void find_range(const float* __restrict values, std::size_t count, float& least, float& greatest) {
    constexpr std::size_t lanes = 16;
    float low[lanes];
    float high[lanes];
    std::fill_n(low, lanes, values[0]);
    std::fill_n(high, lanes, values[0]);
    for (std::size_t first = 0; first < count; first += lanes) {
        const std::size_t from = std::min(first, count < lanes ? 0 : count - lanes);
        for (std::size_t lane = 0; lane < std::min(lanes, count); ++lane) {
            const float value = values[from + lane];
            low[lane] = std::min(low[lane], value);
            high[lane] = std::max(high[lane], value);
        }
    }
    least = *std::min_element(low, low + lanes);
    greatest = *std::max_element(high, high + lanes);
}

/// From `darkest` to 0, and 1 / scale above it to 1, in multiples of 1/255.
MLAASIM_CLONES void stretch(float* values, std::size_t count, float darkest, float scale) {
    for (std::size_t i = 0; i < count; ++i) {
        values[i] = static_cast<float>(static_cast<int>((values[i] - darkest) * scale * 255.0F + 1e-3F)) / 255.0F;
    }
}

/// The darkest value of a channel becomes 0, the brightest 255.
void autocontrast(Values values, Values /*scratch*/, const SampleShape& shape, RandomStream& /*random*/) {
    for (std::size_t at = 0; at < values.size(); at += area(shape)) {
        const Values channel = values.subspan(at, area(shape));
        float low = 0.0F;
        float high = 0.0F;
        find_range(channel.data(), channel.size(), low, high);
        if (high > low) {
            stretch(channel.data(), channel.size(), low, 1.0F / (high - low));
        }
    }
}

/// Grey levels become about equally common: with s = (pixels - those of the brightest level) / 255, cut off, level v
/// becomes (s / 2 + pixels darker than v) / s, cut off.
void equalize(Values values, Values /*scratch*/, const SampleShape& shape, RandomStream& /*random*/) {
    for (std::size_t at = 0; at < values.size(); at += area(shape)) {
        const Values channel = values.subspan(at, area(shape));
        std::array<std::size_t, 256> counts{};
        for (const float value : channel) {
            ++counts[grey(value)];
        }
        const auto brightest = std::find_if(counts.rbegin(), counts.rend(), [](std::size_t n) { return n > 0; });
        const std::size_t step = (channel.size() - *brightest) / 255;
        if (step == 0) {
            continue;
        }
        Table table{};
        std::size_t darker = step / 2;
        for (std::size_t level = 0; level < table.size(); ++level) {
            table[level] = static_cast<float>(std::min<std::size_t>(255, darker / step)) / 255.0F;
            darker += counts[level];
        }
        look_up(channel, table);
    }
}

/// Levels from 256 less the magnitude are inverted.
void solarize(Values values, Values /*scratch*/, const SampleShape& /*shape*/, RandomStream& random) {
    const float from = (256.0F - static_cast<float>(std::floor(magnitude(256.0, random)))) / 255.0F;
    for (float& value : values) {
        value = value < from ? value : 1.0F - value;
    }
}

/// Four bits stay of eight.
void posterize(Values values, Values /*scratch*/, const SampleShape& /*shape*/, RandomStream& /*random*/) {
    std::ranges::transform(values, values.begin(),
                           [](float value) { return static_cast<float>(grey(value) & 0xF0U) / 255.0F; });
}

MLAASIM_CLONES void round_to_bytes(float* values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        // NOLINTNEXTLINE(bugprone-incorrect-roundings): of a value in [0, 1], and lround is a call
        values[i] = static_cast<float>(static_cast<int>(values[i] * 255.0F + 0.5F)) / 255.0F;
    }
}

void warp(Values values, Values scratch, const SampleShape& shape, const sim::AffineMap& map) {
    std::ranges::copy(values, scratch.begin());
    sim::warp(scratch, values, shape, map);
    round_to_bytes(values.data(), values.size());
}

void rotate(Values values, Values scratch, const SampleShape& shape, RandomStream& random) {
    const double degrees = signed_magnitude(std::floor(magnitude(30.0, random)), random);
    if (degrees != 0.0) {
        warp(values, scratch, shape, sim::turn_by(degrees));
    }
}

/// The corner above on the left stays where it is.
void shear_x(Values values, Values scratch, const SampleShape& shape, RandomStream& random) {
    const double slope = signed_magnitude(magnitude(0.3, random), random);
    warp(values, scratch, shape, {.xy = slope, .shift_x = slope * shape.height / 2.0});
}
void shear_y(Values values, Values scratch, const SampleShape& shape, RandomStream& random) {
    const double slope = signed_magnitude(magnitude(0.3, random), random);
    warp(values, scratch, shape, {.yx = slope, .shift_y = slope * shape.width / 2.0});
}

void translate_x(Values values, Values scratch, const SampleShape& shape, RandomStream& random) {
    const double pixels = signed_magnitude(std::floor(magnitude(shape.width / 3.0, random)), random);
    if (pixels != 0.0) {
        warp(values, scratch, shape, {.shift_x = pixels});
    }
}
void translate_y(Values values, Values scratch, const SampleShape& shape, RandomStream& random) {
    const double pixels = signed_magnitude(std::floor(magnitude(shape.height / 3.0, random)), random);
    if (pixels != 0.0) {
        warp(values, scratch, shape, {.shift_y = pixels});
    }
}

constexpr std::array operations{
    ViewOperation{autocontrast}, ViewOperation{equalize},    ViewOperation{posterize},
    ViewOperation{rotate},       ViewOperation{solarize},    ViewOperation{shear_x},
    ViewOperation{shear_y},      ViewOperation{translate_x}, ViewOperation{translate_y},
};

}  // namespace

std::span<const ViewOperation> image_operations() { return operations; }

}  // namespace mlaasim::tta
