// A stream in batches.
#pragma once

#include <cstddef>
#include <vector>

namespace mlaasim::tta {

/// Samples [first, first + count).
struct Batch {
    std::size_t first = 0;
    std::size_t count = 0;
};
/// A stream of `samples` in batches of `size`, of which the last takes what is left over: no batch is smaller, but
/// where the stream is.
[[nodiscard]] std::vector<Batch> batches_of(std::size_t samples, std::size_t size);

}  // namespace mlaasim::tta
