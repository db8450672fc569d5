#include "study/report/mean_curve.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace mlaasim::study {

std::span<const RoundValue> drawn_values() {
    static constexpr std::array values{
        RoundValue{"accuracy", "Share of the clients' samples answered right", Unit::share,
                   &sim::RoundRecord::accuracy},
        RoundValue{"loss", "Mean cross-entropy a sample, in nats", Unit::plain, &sim::RoundRecord::loss}};
    return values;
}

Line mean_curve(const std::string& label, int colour, const RoundValue& what,
                std::span<const std::vector<sim::RoundRecord>* const> runs, Bootstrap& bootstrap) {
    std::size_t longest = 0;
    for (const auto* const run : runs) {
        longest = std::max(longest, run->size());
    }
    Line line{.label = label, .colour = colour, .values = {}};
    for (std::size_t i = 0; i < longest; ++i) {
        std::vector<double> values;
        for (const auto* const run : runs) {
            if (i < run->size()) {
                values.push_back((*run)[i].*what.value);
            }
        }
        const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
        const Interval interval = bootstrap.mean(values).value_or(Interval{.low = mean, .high = mean});
        line.values.push_back(mean);
        line.low.push_back(interval.low);
        line.high.push_back(interval.high);
    }
    if (runs.size() < 2) {
        line.low.clear();
        line.high.clear();
    }
    return line;
}

std::vector<double> rounds_of(std::span<const std::vector<sim::RoundRecord>> runs) {
    std::size_t longest = 0;
    for (const auto& run : runs) {
        longest = std::max(longest, run.size());
    }
    std::vector<double> rounds(longest);
    std::iota(rounds.begin(), rounds.end(), 1.0);
    return rounds;
}

}  // namespace mlaasim::study
