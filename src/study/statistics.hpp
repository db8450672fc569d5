// What a study says of its numbers: intervals over seeds, and whether two settings differ.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace mlaasim::study {

struct Interval {
    double low = 0.0;
    double high = 0.0;
};

/// Percentile bootstrap of the mean (Efron 1979): 95 % of the means of 10,000 resamples lie in the interval. The
/// resamples of n values are the same in every study and on every machine.
class Bootstrap {
public:
    static constexpr std::size_t resamples = 10'000;
    static constexpr double confidence = 0.95;

    /// Nothing for fewer than two values.
    [[nodiscard]] std::optional<Interval> mean(std::span<const double> values);

private:
    /// Indices of the values of every resample, one behind the other, by the number of values.
    std::map<std::size_t, std::vector<std::uint32_t>> drawn_;
};

/// Two-sided p-value of the Wilcoxon signed-rank test on paired differences. Differences of zero are left out. Exact
/// for up to 50 differences without ties and zeros, else by the normal approximation with the correction for ties, as
/// scipy.stats.wilcoxon has them. Nothing when no difference is left.
[[nodiscard]] std::optional<double> wilcoxon(std::span<const double> differences);

/// P-values adjusted for being several (Holm 1979), in the order given. NaN is not counted, and stays.
[[nodiscard]] std::vector<double> holm(const std::vector<double>& p_values);

}  // namespace mlaasim::study
