#include "sim/data/stroke_canvas.hpp"

#include <algorithm>
#include <cmath>

namespace mlaasim::sim {
namespace {

constexpr float edge = 1.0F;  ///< pixels over which a stroke fades

int clamped(float coordinate) {
    return static_cast<int>(std::clamp(coordinate, 0.0F, static_cast<float>(StrokeCanvas::side - 1)));
}

}  // namespace

StrokeCanvas::StrokeCanvas(float half_width) : half_width_{half_width} { squared_distance_.fill(1e6F); }

void StrokeCanvas::segment(StrokePoint from, StrokePoint to) {
    const float reach = half_width_ + edge;
    const int left = clamped(std::min(from.x, to.x) - reach);
    const int right = clamped(std::max(from.x, to.x) + reach + 1.0F);
    const int top = clamped(std::min(from.y, to.y) - reach);
    const int bottom = clamped(std::max(from.y, to.y) + reach + 1.0F);
    const float dx = to.x - from.x;
    const float dy = to.y - from.y;
    const float scale = 1.0F / std::max(dx * dx + dy * dy, 1e-12F);
    for (int y = top; y <= bottom; ++y) {
        const float py = static_cast<float>(y) - from.y;
        float* const row = squared_distance_.data() + static_cast<std::size_t>(y) * side;
        for (int x = left; x <= right; ++x) {
            const float px = static_cast<float>(x) - from.x;
            const float along = std::min(std::max((px * dx + py * dy) * scale, 0.0F), 1.0F);
            const float ex = px - along * dx;
            const float ey = py - along * dy;
            row[x] = std::min(row[x], ex * ex + ey * ey);
        }
    }
}

void StrokeCanvas::ink(Image& image, float strength) const {
    for (std::size_t i = 0; i < pixels; ++i) {
        const float beyond = std::sqrt(squared_distance_[i]) - half_width_;
        const float covered = std::min(std::max(edge - beyond, 0.0F), 1.0F);
        image[i] = std::max(image[i], covered * strength);
    }
}

void blur(StrokeCanvas::Image& image, float weight) {
    constexpr std::size_t side = StrokeCanvas::side;
    const float centre = 1.0F - 2.0F * weight;
    // One empty line before and after stands for the outside.
    std::array<float, StrokeCanvas::pixels + 2 * side> down{};
    std::copy(image.begin(), image.end(), down.begin() + side);
    for (std::size_t i = 0; i < image.size(); ++i) {
        image[i] = centre * down[i + side] + weight * (down[i] + down[i + 2 * side]);
    }
    std::array<float, side + 2> line{};
    for (std::size_t y = 0; y < side; ++y) {
        float* const row = image.data() + y * side;
        std::copy(row, row + side, line.begin() + 1);
        for (std::size_t x = 0; x < side; ++x) {
            row[x] = centre * line[x + 1] + weight * (line[x] + line[x + 2]);
        }
    }
}

}  // namespace mlaasim::sim
