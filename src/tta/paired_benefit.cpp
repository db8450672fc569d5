#include "tta/paired_benefit.hpp"

#include <cmath>
#include <vector>

#include "sim/core/error.hpp"

namespace mlaasim::tta {
namespace {

double half_brier(std::span<const float> probabilities, std::int64_t label) {
    double loss = 0.0;
    for (std::size_t c = 0; c < probabilities.size(); ++c) {
        const double off = (static_cast<std::int64_t>(c) == label ? 1.0 : 0.0) - static_cast<double>(probabilities[c]);
        loss += off * off;
    }
    return std::isfinite(loss) ? loss / 2.0 : 1.0;
}

}  // namespace

PairedBenefit paired_benefit(std::span<const float> plain, std::span<const float> other,
                             std::span<const std::int64_t> labels, std::size_t classes) {
    sim::expects(plain.size() == labels.size() * classes && other.size() == plain.size(),
                 "both predict the labelled samples");
    PairedBenefit benefit{.samples = labels.size()};
    std::vector<double> gains;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        gains.push_back(half_brier(plain.subspan(i * classes, classes), labels[i]) -
                        half_brier(other.subspan(i * classes, classes), labels[i]));
        benefit.mean += gains.back() / static_cast<double>(labels.size());
    }
    if (gains.size() < 2) {
        benefit.lower_bound = -1.0;
        return benefit;
    }
    double squares = 0.0;
    for (const double gain : gains) {
        squares += (gain - benefit.mean) * (gain - benefit.mean);
    }
    const auto n = static_cast<double>(gains.size());
    constexpr double normal_95 = 1.6448536269514722;
    benefit.lower_bound = benefit.mean - normal_95 * std::sqrt(squares / (n - 1.0) / n);
    return benefit;
}

}  // namespace mlaasim::tta
