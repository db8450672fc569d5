// What a change of a composition is worth at least, on paired losses of labelled samples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace mlaasim::composition {

/// The gains of a change over m labelled samples.
struct PairedGain {
    std::int64_t samples = 0;
    double mean = 0;
    double lower = -std::numeric_limits<double>::infinity();
};

/// The mean alone, without a bound; 0 of no samples.
[[nodiscard]] PairedGain mean_gain(std::span<const double> gains);

/// How sure one has to be.
struct GainTest {
    double error = 0.05;     ///< chance that any of the actions passes though none gains
    double margin = 0.0005;  ///< what a change must gain more than, for its trouble
};

/// mean - z_{1 - error/actions} sqrt(variance / m) - margin, with the unbiased variance and the quantile of the normal
/// distribution; minus infinity on fewer than two samples. The bound of Bonferroni: `actions` are compared at once.
[[nodiscard]] PairedGain paired_gain(std::span<const double> gains, std::size_t actions, const GainTest& test);

/// The z that a standard normal number exceeds with this probability in (0, 0.5].
[[nodiscard]] double upper_normal_quantile(double probability);

}  // namespace mlaasim::composition
