#include "tta/class_shift.hpp"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <cstdint>

#include "sim/core/error.hpp"
#include "tta/class_priors.hpp"

namespace mlaasim::tta {
namespace {

std::vector<std::size_t> predicted_classes(const ServedComposition& composition, const sim::SampleBlock& samples) {
    const std::vector<float> probabilities = composition.predict(samples);
    const std::size_t classes = composition.model.classes();
    std::vector<std::size_t> found;
    for (auto row = probabilities.begin(); row != probabilities.end(); row += static_cast<std::ptrdiff_t>(classes)) {
        found.push_back(
            static_cast<std::size_t>(std::max_element(row, row + static_cast<std::ptrdiff_t>(classes)) - row));
    }
    return found;
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

ClassShift class_shift(const ServedComposition& composition, const sim::SampleBlock& reference,
                       const sim::SampleBlock& window) {
    sim::expects(reference.count() > 0 && window.count() > 0, "there are samples to compare");
    const std::size_t classes = composition.model.classes();
    std::vector<std::int64_t> confusion(classes * classes, 0);
    std::vector<std::int64_t> truths(classes, 0);
    std::vector<std::int64_t> predicted_of_reference(classes, 0);
    const std::vector<std::size_t> of_reference = predicted_classes(composition, reference);
    for (std::size_t i = 0; i < reference.count(); ++i) {
        const auto truth = static_cast<std::size_t>(reference.labels()[i]);
        ++confusion[truth * classes + of_reference[i]];
        ++truths[truth];
        ++predicted_of_reference[of_reference[i]];
    }
    std::vector<std::int64_t> predicted(classes, 0);
    for (const std::size_t y : predicted_classes(composition, window)) {
        ++predicted[y];
    }
    const auto count = static_cast<double>(window.count());
    const auto references = static_cast<double>(reference.count());
    const std::vector<double> priors = class_priors(confusion, predicted);
    ClassShift shift{.p = p_that_alike(predicted, predicted_of_reference, count, references)};
    for (std::size_t y = 0; y < classes; ++y) {
        const double in_stream = (count * priors[y] + 1.0) / (count + static_cast<double>(classes));
        const double at_providers =
            (static_cast<double>(truths[y]) + 1.0) / (references + static_cast<double>(classes));
        shift.moved += 0.5 * std::abs(in_stream - at_providers);
        shift.weights.push_back(static_cast<float>(in_stream / at_providers));
    }
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
