#include "tta/techniques/views.hpp"

#include <algorithm>
#include <array>

#include "sim/core/error.hpp"

namespace mlaasim::tta {
namespace {

constexpr int border = 4;  ///< pixels around an image, of which it is cut

float byte_of(float value) {
    return static_cast<float>(static_cast<int>(std::clamp(value, 0.0F, 1.0F) * 255.0F + 0.5F)) / 255.0F;
}

}  // namespace

Views::Views(const sim::SampleShape& shape, float mean, float deviation, bool mirror)
    : shape_{shape},
      mean_{mean},
      deviation_{deviation},
      mirror_{mirror},
      values_(shape.size()),
      chain_(shape.size()),
      scratch_(shape.size()) {}

void Views::cut_and_mirror(sim::RandomStream& random) {
    const auto height = static_cast<int>(shape_.height);
    const auto width = static_cast<int>(shape_.width);
    const int down = static_cast<int>(random.below(2 * border + 1)) - border;
    const int right = static_cast<int>(random.below(2 * border + 1)) - border;
    const bool mirrored = mirror_ && random.below(2) == 1;
    scratch_ = values_;
    std::size_t to = 0;
    for (std::size_t channel = 0; channel < scratch_.size(); channel += std::size_t{shape_.height} * shape_.width) {
        for (int row = 0; row < height; ++row) {
            for (int column = 0; column < width; ++column, ++to) {
                const int y = row + down;
                const int x = (mirrored ? width - 1 - column : column) + right;
                const bool inside = y >= 0 && y < height && x >= 0 && x < width;
                values_[to] = inside ? scratch_[channel + static_cast<std::size_t>(y * width + x)] : 0.0F;
            }
        }
    }
}

void Views::draw(std::span<const float> sample, std::span<float> view, sim::RandomStream& random) {
    sim::expects(sample.size() == shape_.size() && view.size() == shape_.size(), "samples have their shape's size");
    const bool series = shape_.is_series();
    std::ranges::transform(sample, values_.begin(), [&](float x) {
        const float value = x * deviation_ + mean_;
        return series ? value : byte_of(value);
    });
    if (!series) {
        cut_and_mirror(random);
    }
    std::array<double, 3> weights{};
    double total = 0.0;
    for (double& weight : weights) {
        weight = random.gamma(1.0);
        total += weight;
    }
    const auto kept = static_cast<float>(random.uniform());
    std::ranges::transform(values_, view.begin(), [&](float value) { return kept * value; });
    const std::span<const ViewOperation> operations = series ? sensor_operations() : image_operations();
    for (const double weight : weights) {
        chain_ = values_;
        for (std::uint32_t left = 1 + random.below(3); left > 0; --left) {
            operations[random.below(static_cast<std::uint32_t>(operations.size()))].apply(chain_, scratch_, shape_,
                                                                                          random);
        }
        const auto share = static_cast<float>(weight / total) * (1.0F - kept);
        std::ranges::transform(view, chain_, view.begin(), [&](float sum, float value) { return sum + share * value; });
    }
    const float inverse = 1.0F / deviation_;
    std::ranges::transform(view, view.begin(), [&](float value) { return (value - mean_) * inverse; });
}

}  // namespace mlaasim::tta
