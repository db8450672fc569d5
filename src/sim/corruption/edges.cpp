#include "sim/corruption/edges.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/corruption/blur.hpp"

namespace mlaasim::sim {
namespace {

using Place = std::ptrdiff_t;

/// Values of an image by row and column. Beyond the border lies its mirror image.
class Plane {
public:
    Plane(Place height, Place width)
        : height_{height}, width_{width}, values_(static_cast<std::size_t>(height * width)) {}

    [[nodiscard]] Place height() const { return height_; }
    [[nodiscard]] Place width() const { return width_; }
    double& at(Place y, Place x) { return values_[static_cast<std::size_t>(y * width_ + x)]; }
    [[nodiscard]] double operator()(Place y, Place x) const {
        return values_[static_cast<std::size_t>(std::clamp<Place>(y, 0, height_ - 1) * width_ +
                                                std::clamp<Place>(x, 0, width_ - 1))];
    }

private:
    Place height_;
    Place width_;
    std::vector<double> values_;
};

struct Gradient {
    double down;
    double right;
    [[nodiscard]] double size() const { return std::hypot(down, right); }
};

Gradient sobel(const Plane& image, Place y, Place x) {
    const auto across = [&](Place row) { return image(row, x - 1) + 2.0 * image(row, x) + image(row, x + 1); };
    const auto along = [&](Place column) {
        return image(y - 1, column) + 2.0 * image(y, column) + image(y + 1, column);
    };
    return {.down = across(y + 1) - across(y - 1), .right = along(x + 1) - along(x - 1)};
}

/// Blurred; near the border, what lies beyond has no weight.
Plane smoothed(std::span<const float> image, const SampleShape& shape) {
    std::vector<float> blurred{image.begin(), image.end()};
    std::vector<float> weights(image.size(), 1.0F);
    blur(blurred, shape, 1.0, BlurAlong::both, Beyond::zero);
    blur(weights, shape, 1.0, BlurAlong::both, Beyond::zero);
    Plane plane{static_cast<Place>(shape.height), static_cast<Place>(shape.width)};
    for (Place y = 0; y < plane.height(); ++y) {
        for (Place x = 0; x < plane.width(); ++x) {
            const auto i = static_cast<std::size_t>(y * plane.width() + x);
            plane.at(y, x) = static_cast<double>(blurred[i]) /
                             (static_cast<double>(weights[i]) + std::numeric_limits<double>::epsilon());
        }
    }
    return plane;
}

/// Whether the gradient's size is at least that of both neighbours in its direction, between pixels by interpolation.
bool is_maximum(const Plane& sizes, const Gradient& gradient, Place y, Place x) {
    const double down = std::abs(gradient.down);
    const double right = std::abs(gradient.right);
    const double size = sizes(y, x);
    const Place step_y = gradient.down < 0.0 ? -1 : 1;
    const Place step_x = gradient.right < 0.0 ? -1 : 1;
    const auto not_above = [&](Place sign) {
        const double diagonal = sizes(y + sign * step_y, x + sign * step_x);
        const bool steep = down >= right;
        const double straight = steep ? sizes(y + sign * step_y, x) : sizes(y, x + sign * step_x);
        const double share = steep ? right / down : down / right;
        return diagonal * share + straight * (1.0 - share) <= size;
    };
    return not_above(1) && not_above(-1);
}

/// Keeps the weak edges that touch a strong one, directly or by others.
void keep_connected(std::vector<char>& strength, Place height, Place width, std::span<float> edges) {
    std::vector<Place> open;
    for (std::size_t i = 0; i < strength.size(); ++i) {
        if (strength[i] == 2) {
            open.push_back(static_cast<Place>(i));
        }
    }
    while (!open.empty()) {
        const Place at = open.back();
        open.pop_back();
        edges[static_cast<std::size_t>(at)] = 1.0F;
        for (Place y = std::max<Place>(at / width - 1, 0); y <= std::min(at / width + 1, height - 1); ++y) {
            for (Place x = std::max<Place>(at % width - 1, 0); x <= std::min(at % width + 1, width - 1); ++x) {
                char& neighbour = strength[static_cast<std::size_t>(y * width + x)];
                if (neighbour == 1) {
                    neighbour = 2;
                    open.push_back(y * width + x);
                }
            }
        }
    }
}

}  // namespace

void find_edges(std::span<const float> image, std::span<float> edges, const SampleShape& shape) {
    expects(shape.channels == 1 && image.size() == shape.size() && edges.size() == image.size(),
            "edges are found in an image of one channel");
    constexpr double weak = 0.1;
    constexpr double strong = 0.2;
    const Plane smooth = smoothed(image, shape);
    Plane sizes{smooth.height(), smooth.width()};
    for (Place y = 0; y < sizes.height(); ++y) {
        for (Place x = 0; x < sizes.width(); ++x) {
            sizes.at(y, x) = sobel(smooth, y, x).size();
        }
    }
    std::vector<char> strength(image.size(), 0);
    for (Place y = 1; y + 1 < sizes.height(); ++y) {
        for (Place x = 1; x + 1 < sizes.width(); ++x) {
            const double size = sizes(y, x);
            if (size >= weak && is_maximum(sizes, sobel(smooth, y, x), y, x)) {
                strength[static_cast<std::size_t>(y * sizes.width() + x)] = size >= strong ? 2 : 1;
            }
        }
    }
    std::ranges::fill(edges, 0.0F);
    keep_connected(strength, sizes.height(), sizes.width(), edges);
}

}  // namespace mlaasim::sim
