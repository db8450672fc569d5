// Features on a scale on which those of clean samples vary alike in every direction.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace mlaasim::tta {

/// One row of features a sample.
struct Features {
    std::size_t width = 0;
    std::vector<float> values{};  ///< count x width

    [[nodiscard]] std::size_t count() const { return width == 0 ? 0 : values.size() / width; }
    [[nodiscard]] std::span<const float> row(std::size_t sample) const {
        return std::span{values}.subspan(sample * width, width);
    }
};

/// Fitted to clean samples, of which the even ones give mean, deviations s and correlations C; the odd ones have no
/// part. With z = (x - mean) / s and L L' = .9 C + .1 I, the whitened x is L^-1 z. Deviations are at least a thousandth
/// of the largest.
class Whitening {
public:
    /// Nothing where there are less than 20 clean samples, or features that are no numbers.
    [[nodiscard]] static std::optional<Whitening> fit(const Features& clean);

    [[nodiscard]] std::size_t width() const { return mean_.size(); }
    /// Precondition: as many features, in the same order, as the samples had that it was fitted to.
    template <class Number>
    [[nodiscard]] std::vector<double> whitened(std::span<const Number> features) const;

private:
    std::vector<double> mean_;
    std::vector<double> inverse_deviation_;
    std::vector<double> factor_;  ///< L, row by row
};

[[nodiscard]] double dot(std::span<const double> a, std::span<const double> b);
[[nodiscard]] double squared_length(std::span<const double> vector);

extern template std::vector<double> Whitening::whitened(std::span<const float>) const;
extern template std::vector<double> Whitening::whitened(std::span<const double>) const;

}  // namespace mlaasim::tta
