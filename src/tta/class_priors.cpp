#include "tta/class_priors.hpp"

#include <cmath>
#include <numeric>

#include "sim/core/error.hpp"

namespace mlaasim::tta {

std::vector<double> class_priors(std::span<const std::int64_t> confusion, std::span<const std::int64_t> predicted) {
    const std::size_t classes = predicted.size();
    sim::expects(classes > 0 && confusion.size() == classes * classes, "a confusion of the classes that are predicted");
    constexpr double smoothing = 0.5;
    std::vector<double> given(classes * classes);  // truth x predicted: A transposed
    for (std::size_t truth = 0; truth < classes; ++truth) {
        double total = 0.0;
        for (std::size_t j = 0; j < classes; ++j) {
            given[truth * classes + j] = static_cast<double>(confusion[truth * classes + j]) + smoothing;
            total += given[truth * classes + j];
        }
        for (std::size_t j = 0; j < classes; ++j) {
            given[truth * classes + j] /= total;
        }
    }
    std::vector<double> priors(classes, 1.0 / static_cast<double>(classes));
    const auto samples = static_cast<double>(std::accumulate(predicted.begin(), predicted.end(), std::int64_t{0}));
    if (samples == 0.0) {
        return priors;
    }
    constexpr int steps = 1000;
    std::vector<double> next(classes);
    for (int step = 0; step < steps; ++step) {
        next.assign(classes, 0.0);
        for (std::size_t j = 0; j < classes; ++j) {
            double expected = 0.0;
            for (std::size_t truth = 0; truth < classes; ++truth) {
                expected += given[truth * classes + j] * priors[truth];
            }
            const double share = static_cast<double>(predicted[j]) / samples;
            for (std::size_t truth = 0; truth < classes; ++truth) {
                next[truth] += share * given[truth * classes + j] * priors[truth] / expected;
            }
        }
        priors.swap(next);
    }
    return priors;
}

}  // namespace mlaasim::tta
