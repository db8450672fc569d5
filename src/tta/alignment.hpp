// By which angle a stream has turned: the one under which, turned back, the model is least unsure. Images turn about
// their centre, sensors of three axes about the third.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/drift/sample_block.hpp"

namespace mlaasim::tta {

/// Whether samples of this shape can turn.
[[nodiscard]] bool can_turn(const sim::SampleShape& shape);
/// What a value of 0 is in a block of such samples: background, or the zero of a sensor, which is 1/2 before the values
/// are normalised.
[[nodiscard]] float zero_of(const sim::SampleShape& shape, float mean, float deviation);

/// Samples of a window that the search looks at, the first ones.
inline constexpr std::size_t alignment_samples = 128;
/// Angles that are tried, in degrees: from -45 to 45 by 7.5.
inline constexpr std::size_t alignment_angles = 13;
[[nodiscard]] std::array<double, alignment_angles> alignment_grid();

/// Class probabilities of a block's samples, count x classes.
using Predict = std::function<std::vector<float>(const sim::SampleBlock& samples)>;

/// Entropy of each row of probabilities, in nat; that of the uniform distribution where they are no numbers.
[[nodiscard]] std::vector<double> entropies(std::span<const float> probabilities, std::size_t classes);

/// Entropies of the first `count` samples of a block, turned back by each angle of the grid: angle x sample.
using EntropyTable = std::vector<std::vector<double>>;
[[nodiscard]] EntropyTable entropies_by_angle(const sim::SampleBlock& samples, std::size_t count, float zero,
                                              std::size_t classes, const Predict& predict);

/// Where the mean entropy is least.
struct LeastEntropy {
    double angle = 0.0;  ///< by which the samples have turned, counter-clockwise, in degrees
    double gain = 0.0;   ///< the mean entropy as the samples are, minus that at the angle, in nat; never negative
};

/// The least of the means on the grid, refined by the parabola through it and its neighbours. Of equal ones the
/// smallest |angle|, then the negative. At the grid's ends there is no parabola.
[[nodiscard]] LeastEntropy least_entropy(std::span<const double> means);
/// The mean entropy at each angle.
[[nodiscard]] std::vector<double> mean_by_angle(const EntropyTable& table);

/// The 97.5 % quantile of the gain on clean windows of `window` samples: 200 of them, drawn with replacement from the
/// samples of the table. Infinite without samples.
[[nodiscard]] double clean_gain(const EntropyTable& clean, std::size_t window, sim::RandomStream random);

}  // namespace mlaasim::tta
