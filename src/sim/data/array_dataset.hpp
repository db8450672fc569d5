// A data set from arrays of NumPy: samples and labels, for training and for test.
#pragma once

#include <cstdint>

#include "sim/arrays/array_reader.hpp"
#include "sim/data/dataset.hpp"

namespace mlaasim::sim {

/// Classes that labels of one byte can tell apart.
inline constexpr std::uint32_t most_classes = 256;

/// Where the arrays lie. Samples: bytes (`|u1`), of shape N x F, N x H x W or N x C x H x W. Labels: `|u1`, `<i4` or
/// `<i8`, of shape N or N x 1.
struct DatasetArrays {
    ArrayPlace train_samples;
    ArrayPlace train_labels;
    ArrayPlace test_samples;
    ArrayPlace test_labels;
};

/// What the arrays say before their samples are read.
struct DatasetSummary {
    SampleShape shape;
    std::uint32_t classes = 0;
    std::uint64_t train = 0;  ///< samples
    std::uint64_t test = 0;   ///< samples
};

/// Reads the headers, and all labels. N x F samples are 1 x 1 x F, N x H x W samples 1 x H x W. With `classes` 0 there
/// is one class more than the largest label says. Throws InputError naming the array that is damaged, or does not fit.
[[nodiscard]] DatasetSummary summarise(const DatasetArrays& arrays, std::uint32_t classes);

/// Reads all of it; throws the same.
[[nodiscard]] DecodedDataset decode_arrays(const DatasetArrays& arrays, std::uint32_t classes);

}  // namespace mlaasim::sim
