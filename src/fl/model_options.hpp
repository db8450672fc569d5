// Which model the services sell.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/options/options.hpp"

namespace mlaasim::fl {

enum class ModelKind { mlp, cnn, cnn1d, logistic };

struct ModelOptions {
    ModelKind kind = ModelKind::mlp;
    std::vector<std::int64_t> channels{16, 32};  ///< cnn, cnn1d: a block (convolution, BN, ReLU, pooling) each
    std::vector<std::int64_t> hidden{64};        ///< widths of the fully connected hidden layers
};

[[nodiscard]] std::vector<sim::Choice> choices_of(ModelKind kind);
void declare(sim::OptionVisitor& visitor, ModelOptions& options);

}  // namespace mlaasim::fl
