// The triangular factor of a symmetric matrix.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace mlaasim::tta {

/// Replaces the lower triangle of a positive definite matrix by that of L with L L' = matrix; row by row, in the order
/// of the columns.
inline void factorise(std::vector<double>& matrix, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            double value = matrix[i * width + j];
            for (std::size_t k = 0; k < j; ++k) {
                value -= matrix[i * width + k] * matrix[j * width + k];
            }
            matrix[i * width + j] = i == j ? std::sqrt(value) : value / matrix[j * width + j];
        }
    }
}

}  // namespace mlaasim::tta
