// Mean and variance of each channel over the samples of a batch, as they come out of a convolution.
#pragma once

#include <cstddef>
#include <vector>

#include "fl/fused/kernels.hpp"
#include "sim/core/aligned.hpp"

namespace mlaasim::fl::fused {

class BatchMoments {
public:
    /// A batch begins; `padded` channels.
    void begin(std::size_t padded) {
        of_one_.resize(2 * padded);
        mean_.assign(padded, 0.0);
        squares_.assign(padded, 0.0);
        samples_ = 0.0;
    }

    /// Adds a sample: positions x channels (Chan, Golub and LeVeque 1979: moments of two sets from those of each).
    void add(const float* x, std::size_t positions) {
        const std::size_t channels = mean_.size();
        channel_moments(x, positions, channels, of_one_.data(), of_one_.data() + channels);
        positions_ = static_cast<double>(positions);
        const double share = 1.0 / (samples_ + 1.0);
        const double weight = positions_ * samples_ * share;
        for (std::size_t c = 0; c < channels; ++c) {
            const double difference = static_cast<double>(of_one_[c]) - mean_[c];
            mean_[c] += difference * share;
            squares_[c] += static_cast<double>(of_one_[channels + c]) + difference * difference * weight;
        }
        samples_ += 1.0;
    }

    /// Values of a channel.
    [[nodiscard]] double count() const { return samples_ * positions_; }
    [[nodiscard]] double mean(std::size_t channel) const { return mean_[channel]; }
    /// Sum of squared differences from the mean.
    [[nodiscard]] double squares(std::size_t channel) const { return squares_[channel]; }
    [[nodiscard]] double variance(std::size_t channel) const { return squares_[channel] / count(); }

private:
    sim::AlignedVector<float> of_one_;
    std::vector<double> mean_;
    std::vector<double> squares_;
    double samples_ = 0.0;
    double positions_ = 0.0;
};

}  // namespace mlaasim::fl::fused
