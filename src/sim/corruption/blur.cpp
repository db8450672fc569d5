#include "sim/corruption/blur.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

/// Weights from -r to r, with the sum 1.
std::vector<double> gaussian(double deviation) {
    const auto radius = static_cast<int>(4.0 * deviation + 0.5);
    std::vector<double> weights;
    for (int i = -radius; i <= radius; ++i) {
        weights.push_back(std::exp(-0.5 * i * i / (deviation * deviation)));
    }
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (double& weight : weights) {
        weight /= sum;
    }
    return weights;
}

/// Values of an image that lie in a line, `step` apart.
struct Line {
    float* first;
    std::ptrdiff_t step;
    std::ptrdiff_t length;
};

void blur_line(const Line& line, const std::vector<double>& weights, Beyond beyond, std::vector<float>& before) {
    before.resize(static_cast<std::size_t>(line.length));
    for (std::ptrdiff_t i = 0; i < line.length; ++i) {
        before[static_cast<std::size_t>(i)] = line.first[i * line.step];
    }
    const auto radius = static_cast<std::ptrdiff_t>(weights.size() / 2);
    for (std::ptrdiff_t i = 0; i < line.length; ++i) {
        double sum = 0.0;
        for (std::ptrdiff_t k = -radius; k <= radius; ++k) {
            const std::ptrdiff_t at = i + k;
            if (beyond == Beyond::nearest || (at >= 0 && at < line.length)) {
                const auto inside = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at, 0, line.length - 1));
                sum += weights[static_cast<std::size_t>(k + radius)] * static_cast<double>(before[inside]);
            }
        }
        line.first[i * line.step] = static_cast<float>(sum);
    }
}

}  // namespace

void blur(std::span<float> values, const SampleShape& shape, double deviation, BlurAlong along, Beyond beyond) {
    expects(values.size() == shape.size() && deviation > 0.0, "an image and a positive deviation");
    const std::vector<double> weights = gaussian(deviation);
    const auto width = static_cast<std::ptrdiff_t>(shape.width);
    const auto height = static_cast<std::ptrdiff_t>(shape.height);
    std::vector<float> before;
    for (std::size_t channel = 0; channel < shape.channels; ++channel) {
        float* const image = values.data() + channel * shape.height * shape.width;
        for (std::ptrdiff_t x = 0; x < width; ++x) {
            blur_line({image + x, width, height}, weights, beyond, before);
        }
        for (std::ptrdiff_t y = 0; y < height && along == BlurAlong::both; ++y) {
            blur_line({image + y * width, 1, width}, weights, beyond, before);
        }
    }
}

}  // namespace mlaasim::sim
