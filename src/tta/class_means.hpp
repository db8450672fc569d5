// Mean features of each class.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tta/whitening.hpp"

namespace mlaasim::tta {

struct ClassMeans {
    std::vector<std::vector<double>> means{};  ///< by class; empty: no sample
    std::vector<std::size_t> counts{};
};

/// Precondition: a label a sample, below `classes`.
[[nodiscard]] ClassMeans class_means(const Features& features, std::span<const std::int64_t> labels,
                                     std::size_t classes);
/// The features less the mean of their class; of a class without a mean, the features as they are.
[[nodiscard]] Features deviations(Features features, std::span<const std::int64_t> labels, const ClassMeans& classes);

}  // namespace mlaasim::tta
