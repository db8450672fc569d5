#include "tta/techniques/views.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>

#include "sim/core/clones.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::tta {
namespace {

constexpr int border = 4;  ///< pixels around an image, of which it is cut

/// Values of an image: multiples of 1/255 from 0 to 1.
MLAASIM_CLONES void to_bytes(const float* __restrict sample, std::size_t count, float mean, float deviation,
                             float* __restrict values) {
    for (std::size_t i = 0; i < count; ++i) {
        const float value = sample[i] * deviation + mean;
        const float inside = std::min(std::max(value, 0.0F), 1.0F);
        // NOLINTNEXTLINE(bugprone-incorrect-roundings): of a value in [0, 1], and lround is a call
        values[i] = static_cast<float>(static_cast<int>(inside * 255.0F + 0.5F)) / 255.0F;
    }
}

MLAASIM_CLONES void add_share(const float* __restrict values, std::size_t count, float share, float* __restrict sum) {
    for (std::size_t i = 0; i < count; ++i) {
        sum[i] += share * values[i];
    }
}

}  // namespace

Views::Views(const sim::SampleShape& shape, float mean, float deviation, bool mirror)
    : shape_{shape},
      mean_{mean},
      deviation_{deviation},
      mirror_{mirror},
      sample_(shape.size()),
      values_(shape.size()),
      chain_(shape.size()),
      scratch_(shape.size()) {}

void Views::cut_and_mirror(sim::RandomStream& random) {
    const auto height = static_cast<int>(shape_.height);
    const auto width = static_cast<int>(shape_.width);
    const int down = static_cast<int>(random.below(2 * border + 1)) - border;
    const int right = static_cast<int>(random.below(2 * border + 1)) - border;
    const bool mirrored = mirror_ && random.below(2) == 1;
    std::ranges::fill(values_, 0.0F);
    const auto plane = static_cast<std::ptrdiff_t>(height) * width;
    // Columns of the cut that lie in the image.
    const int first = std::max(0, -right);
    const int columns = width - std::abs(right);
    for (std::ptrdiff_t channel = 0; channel < std::ssize(values_); channel += plane) {
        for (int row = 0; row < height; ++row) {
            const auto to = values_.begin() + channel + static_cast<std::ptrdiff_t>(row) * width;
            if (row + down >= 0 && row + down < height && columns > 0) {
                const auto from = sample_.begin() + channel + static_cast<std::ptrdiff_t>(row + down) * width;
                std::copy_n(from + first + right, columns, to + first);
            }
            if (mirrored) {
                std::reverse(to, to + width);
            }
        }
    }
}

void Views::take(std::span<const float> sample) {
    sim::expects(sample.size() == shape_.size(), "a sample has its shape's size");
    if (shape_.is_series()) {
        std::ranges::transform(sample, sample_.begin(), [&](float x) { return x * deviation_ + mean_; });
    } else {
        to_bytes(sample.data(), sample.size(), mean_, deviation_, sample_.data());
    }
}

void Views::draw(std::span<float> view, sim::RandomStream& random) {
    sim::expects(view.size() == shape_.size(), "a view has its shape's size");
    const bool series = shape_.is_series();
    if (series) {
        std::ranges::copy(sample_, values_.begin());
    } else {
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
        add_share(chain_.data(), chain_.size(), share, view.data());
    }
    const float inverse = 1.0F / deviation_;
    std::ranges::transform(view, view.begin(), [&](float value) { return (value - mean_) * inverse; });
}

void Views::draw(std::span<const float> sample, std::span<float> view, sim::RandomStream& random) {
    take(sample);
    draw(view, random);
}

}  // namespace mlaasim::tta
