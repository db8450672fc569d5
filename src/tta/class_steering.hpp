// A loss that makes a model sure of its predictions, and keeps the classes as common as they should be.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "fl/batch_norm_adapter.hpp"

namespace mlaasim::tta {

/// How common each class is by these probabilities, one row a sample: the mean row, as if twenty more samples had
/// classes that are equally common. Precondition: at least one class.
[[nodiscard]] std::vector<double> class_shares(std::span<const float> probabilities, std::size_t classes);

/// With p the predictions of n samples, m their mean, H the mean entropy and t the shares that the classes should have,
///     loss = H + weight sum_c m_c ln(m_c / t_c):
/// a model that becomes sure of one class for all samples pays for it. Samples come in parts, so m is not known before
/// the last: ln(m_c / t_c) in the gradient is that of the step before, and 0 in the first.
class ClassSteering {
public:
    /// `shares`: above 0. `samples`: of a step.
    ClassSteering(std::span<const double> shares, std::size_t samples, double weight);

    /// fl::LogitsLoss of one part.
    bool operator()(const fl::LogitsPart& part);
    /// All samples of a step have passed.
    void next_step();

private:
    std::vector<double> shares_;
    double samples_;
    double weight_;
    std::vector<double> pull_;  ///< weight ln(m_c / t_c)
    std::vector<double> sums_;  ///< of this step's predictions
    std::vector<double> row_;
};

}  // namespace mlaasim::tta
