// A data set that a test can write down.
#pragma once

#include "sim/data/dataset.hpp"

namespace mlaasim::sim::testing {

/// Four training samples of two values, one test sample, three classes.
[[nodiscard]] inline DecodedDataset small_dataset() {
    return {.shape = {1, 1, 2},
            .classes = 3,
            .train = {.values = {0, 255, 255, 0, 0, 0, 255, 255}, .labels = {0, 1, 2, 1}},
            .test = {.values = {9, 8}, .labels = {2}}};
}

}  // namespace mlaasim::sim::testing
