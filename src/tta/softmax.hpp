// Probabilities of logits, in double.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace mlaasim::tta {

/// Writes the probabilities of a row of logits, of which there is at least one, to `to`, which is as long. Gives
/// ln(sum of exp(logit)).
template <class Number>
double softmax(std::span<const Number> logits, std::span<double> to) {
    const auto largest = static_cast<double>(*std::ranges::max_element(logits));
    double sum = 0.0;
    for (std::size_t c = 0; c < logits.size(); ++c) {
        to[c] = std::exp(static_cast<double>(logits[c]) - largest);
        sum += to[c];
    }
    for (double& value : to) {
        value /= sum;
    }
    return largest + std::log(sum);
}

/// -sum p ln p of probabilities, in nat.
[[nodiscard]] inline double entropy_of(std::span<const double> probabilities) {
    double sum = 0.0;
    for (const double p : probabilities) {
        sum -= p != 0.0 ? p * std::log(p) : 0.0;
    }
    return sum;
}

}  // namespace mlaasim::tta
