#include "composition/rules/dum/histogram_distance.hpp"

#include <cmath>
#include <numeric>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

double scaled_distance(std::span<const double> p, double scale_p, std::span<const double> q, double scale_q) {
    sim::expects(p.size() == q.size(), "histograms over the same classes");
    double squares = 0;
    for (std::size_t c = 0; c < p.size(); ++c) {
        const double d = p[c] * scale_p - q[c] * scale_q;
        squares += d * d;
    }
    return std::sqrt(squares);
}

double share_distance(std::span<const double> p, std::span<const double> q) {
    const auto one_over_sum = [](std::span<const double> values) {
        const double sum = std::accumulate(values.begin(), values.end(), 0.0);
        return sum > 0 ? 1 / sum : 0;
    };
    return scaled_distance(p, one_over_sum(p), q, one_over_sum(q));
}

}  // namespace mlaasim::composition
