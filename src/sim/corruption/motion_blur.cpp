#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <vector>

#include "sim/corruption/blended.hpp"

namespace mlaasim::sim {
namespace {

struct Motion {
    int reach;         ///< the trail has 2 reach + 1 images
    double deviation;  ///< of their weights, a half of a Gaussian
};

constexpr std::array<Motion, 5> mnist_c{{{10, 3.0}, {15, 5.0}, {15, 8.0}, {15, 12.0}, {20, 15.0}}};

/// `motion_blur` of MNIST-C: the image drags a trail behind it, at an angle of at most 45 degrees. The angle is drawn
/// for each sample. What lies outside an image is its nearest pixel.
struct MotionBlur final : BlendedCorruption {
    std::int64_t severity = 1;

    [[nodiscard]] Needs needs() const override { return {Need::images}; }

    void corrupt(std::span<float> values, std::span<float> out, const SampleContext& context) const override {
        const Motion& motion = mnist_c.at(static_cast<std::size_t>(severity - 1));
        RandomStream random{context.seed, Purpose::motion_blur, context.sample, context.round.value()};
        const double angle = random.uniform(-std::numbers::pi / 4.0, std::numbers::pi / 4.0);
        const std::vector<double> weights = trail(motion);
        const auto width = static_cast<int>(context.shape.width);
        const auto height = static_cast<int>(context.shape.height);
        std::ranges::fill(out, 0.0F);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const auto behind_x = static_cast<int>(std::ceil(static_cast<double>(i) * std::cos(angle) - 0.5));
            const auto behind_y = static_cast<int>(std::ceil(static_cast<double>(i) * std::sin(angle) - 0.5));
            if (behind_x >= width || std::abs(behind_y) >= height) {
                break;
            }
            const auto weight = static_cast<float>(weights[i]);
            std::size_t pixel = 0;
            for (std::size_t channel = 0; channel < context.shape.channels; ++channel) {
                const float* const plane = values.data() + channel * context.shape.height * context.shape.width;
                for (int y = 0; y < height; ++y) {
                    const float* const row = plane + std::clamp(y + behind_y, 0, height - 1) * width;
                    for (int x = 0; x < width; ++x) {
                        out[pixel++] += weight * row[std::min(x + behind_x, width - 1)];
                    }
                }
            }
        }
    }

private:
    static std::vector<double> trail(const Motion& motion) {
        std::vector<double> weights;
        double sum = 0.0;
        for (int i = 0; i <= 2 * motion.reach; ++i) {
            weights.push_back(std::exp(-0.5 * i * i / (motion.deviation * motion.deviation)));
            sum += weights.back();
        }
        for (double& weight : weights) {
            weight /= sum;
        }
        return weights;
    }
};

void declare(OptionVisitor& visitor, MotionBlur& options) {
    declare_severity(visitor, options.severity,
                     "1 to 5 as in MNIST-C: reach and deviation 10, 3; 15, 5; 15, 8; 15, 12; 20, 15 pixels");
    declare_blend(visitor, options);
}

}  // namespace

Kind<Corruption> motion_blur_corruption() {
    return Kind<Corruption>::of<MotionBlur>("motion_blur",
                                            "images are blurred by a movement (data drift); not for time series");
}

}  // namespace mlaasim::sim
