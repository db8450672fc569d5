#include "tta/class_shift.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "sim/core/error.hpp"
#include "tta/class_priors.hpp"
#include "tta/total_variation.hpp"

namespace mlaasim::tta {
namespace {

/// By row of probabilities: its largest class, once they are weighted.
std::vector<std::size_t> predicted_classes(std::span<const float> probabilities, std::span<const float> weights) {
    std::vector<std::size_t> found;
    for (std::size_t row = 0; row < probabilities.size(); row += weights.size()) {
        std::size_t largest = 0;
        for (std::size_t y = 1; y < weights.size(); ++y) {
            if (probabilities[row + y] * weights[y] > probabilities[row + largest] * weights[largest]) {
                largest = y;
            }
        }
        found.push_back(largest);
    }
    return found;
}

std::vector<float> raised(std::span<const double> ratios, double power) {
    std::vector<float> weights;
    for (const double ratio : ratios) {
        weights.push_back(static_cast<float>(std::pow(ratio, power)));
    }
    return weights;
}

/// The weights that make the fewest mistakes on the providers' samples, if each class were `ratios` times as common
/// there; of equal ones those nearest to 1. Members that vote are less sure than they are right, and the full ratios
/// would outweigh what they say.
std::vector<float> best_weights(std::span<const float> probabilities, std::span<const std::int64_t> truths,
                                std::span<const double> ratios) {
    constexpr int steps = 4;
    std::vector<float> best;
    double fewest = std::numeric_limits<double>::infinity();
    for (int step = 0; step <= steps; ++step) {
        std::vector<float> weights = raised(ratios, static_cast<double>(step) / steps);
        const std::vector<std::size_t> predicted = predicted_classes(probabilities, weights);
        double mistakes = 0.0;
        for (std::size_t i = 0; i < predicted.size(); ++i) {
            mistakes += std::cmp_equal(predicted[i], truths[i]) ? 0.0 : ratios[static_cast<std::size_t>(truths[i])];
        }
        if (mistakes < fewest) {
            fewest = mistakes;
            best = std::move(weights);
        }
    }
    return best;
}

/// Pearson's test of two samples.
double p_that_alike(std::span<const std::int64_t> a, std::span<const std::int64_t> b, double size_a, double size_b) {
    double statistic = 0.0;
    int seen = 0;
    for (std::size_t y = 0; y < a.size(); ++y) {
        const auto both = static_cast<double>(a[y] + b[y]);
        if (both > 0.0) {
            const double off = std::sqrt(size_b / size_a) * static_cast<double>(a[y]) -
                               std::sqrt(size_a / size_b) * static_cast<double>(b[y]);
            statistic += off * off / both;
            ++seen;
        }
    }
    return seen < 2 ? 1.0 : boost::math::cdf(boost::math::complement(boost::math::chi_squared{seen - 1.0}, statistic));
}

}  // namespace

ClassShift class_shift(const ServedComposition& composition, const sim::SampleBlock& window) {
    const sim::SampleBlock& reference = composition.reference();
    sim::expects(reference.count() > 0 && window.count() > 0, "there are samples to compare");
    const std::size_t classes = composition.model.classes();
    std::vector<std::int64_t> confusion(classes * classes, 0);
    std::vector<std::int64_t> truths(classes, 0);
    std::vector<std::int64_t> predicted_of_reference(classes, 0);
    const std::vector<float> as_they_are(classes, 1.0F);
    const std::vector<float>& probabilities = composition.predicted_reference();
    const std::vector<std::size_t> of_reference = predicted_classes(probabilities, as_they_are);
    for (std::size_t i = 0; i < reference.count(); ++i) {
        const auto truth = static_cast<std::size_t>(reference.labels()[i]);
        ++confusion[truth * classes + of_reference[i]];
        ++truths[truth];
        ++predicted_of_reference[of_reference[i]];
    }
    std::vector<std::int64_t> predicted(classes, 0);
    for (const std::size_t y : predicted_classes(composition.predict(window), as_they_are)) {
        ++predicted[y];
    }
    const auto count = static_cast<double>(window.count());
    const auto references = static_cast<double>(reference.count());
    const std::vector<double> priors = class_priors(confusion, predicted);
    ClassShift shift{.p = p_that_alike(predicted, predicted_of_reference, count, references)};
    std::vector<double> in_stream;
    std::vector<double> at_providers;
    std::vector<double> ratios;
    for (std::size_t y = 0; y < classes; ++y) {
        in_stream.push_back((count * priors[y] + 1.0) / (count + static_cast<double>(classes)));
        at_providers.push_back((static_cast<double>(truths[y]) + 1.0) / (references + static_cast<double>(classes)));
        ratios.push_back(in_stream[y] / at_providers[y]);
    }
    shift.moved = total_variation(in_stream, at_providers);
    shift.weights = best_weights(probabilities, reference.labels(), ratios);
    return shift;
}

void weigh(std::span<float> probabilities, std::span<const float> weights) {
    for (std::size_t row = 0; row < probabilities.size(); row += weights.size()) {
        float sum = 0.0F;
        for (std::size_t y = 0; y < weights.size(); ++y) {
            probabilities[row + y] *= weights[y];
            sum += probabilities[row + y];
        }
        for (std::size_t y = 0; y < weights.size(); ++y) {
            probabilities[row + y] /= sum;
        }
    }
}

}  // namespace mlaasim::tta
