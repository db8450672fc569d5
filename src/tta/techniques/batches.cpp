#include "tta/techniques/batches.hpp"

#include <algorithm>

namespace mlaasim::tta {

std::vector<Batch> batches_of(std::size_t samples, std::size_t size) {
    std::vector<Batch> batches;
    const std::size_t count = std::max<std::size_t>(1, samples / size);
    for (std::size_t i = 0; i < count; ++i) {
        batches.push_back({i * size, i + 1 < count ? size : samples - i * size});
    }
    return batches;
}

}  // namespace mlaasim::tta
