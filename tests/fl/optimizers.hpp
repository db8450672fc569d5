// Optimisers with options, as a scenario gives them.
#pragma once

#include <string>

#include "fl/optimizers/optimizer.hpp"
#include "support/chosen.hpp"

namespace mlaasim::fl::testing {

/// "kind: adam, beta2: 0.99"
[[nodiscard]] inline sim::Chosen<Optimizer> optimizer(const std::string& options) {
    return mlaasim::testing::chosen(optimizer_kinds(), options);
}

[[nodiscard]] inline sim::Chosen<Optimizer> sgd(double momentum) {
    return optimizer("kind: sgd, momentum: " + std::to_string(momentum));
}

}  // namespace mlaasim::fl::testing
