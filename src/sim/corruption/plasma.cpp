#include "sim/corruption/plasma.hpp"

#include <algorithm>

#include "sim/core/error.hpp"

namespace mlaasim::sim {

std::vector<float> plasma(std::size_t size, double decay, RandomStream& random) {
    expects(size >= 2 && (size & (size - 1)) == 0 && decay > 0.0, "a power of two and a positive decay");
    std::vector<double> map(size * size);
    const auto at = [&](std::size_t row, std::size_t column) -> double& {
        return map[(row & (size - 1)) * size + (column & (size - 1))];
    };
    double wildness = 100.0;
    const auto around = [&](double sum_of_four) {
        return sum_of_four / 4.0 + wildness * random.uniform(-wildness, wildness);
    };
    for (std::size_t step = size; step >= 2; step /= 2, wildness /= decay) {
        const std::size_t half = step / 2;
        for (std::size_t y = 0; y < size; y += step) {
            for (std::size_t x = 0; x < size; x += step) {
                at(y + half, x + half) = around(at(y, x) + at(y, x + step) + at(y + step, x) + at(y + step, x + step));
            }
        }
        // The middles of the sides: between two corners, and between the centres of two squares.
        for (std::size_t y = 0; y < size; y += step) {
            for (std::size_t x = 0; x < size; x += step) {
                at(y, x + half) =
                    around(at(y, x) + at(y, x + step) + at(y + half, x + half) + at(y + size - half, x + half));
                at(y + half, x) =
                    around(at(y, x) + at(y + step, x) + at(y + half, x + half) + at(y + half, x + size - half));
            }
        }
    }
    const auto [lowest, highest] = std::ranges::minmax(map);
    std::vector<float> values(map.size());
    std::ranges::transform(map, values.begin(), [low = lowest, range = highest - lowest](double value) {
        return range > 0.0 ? static_cast<float>((value - low) / range) : 0.0F;
    });
    return values;
}

}  // namespace mlaasim::sim
