// The kinds of optimisers, each in the file of its name.
#include <array>

#include "fl/optimizers/optimizer.hpp"

namespace mlaasim::fl {

sim::Kind<Optimizer> sgd_optimizer();
sim::Kind<Optimizer> adam_optimizer();

std::span<const sim::Kind<Optimizer>> optimizer_kinds() {
    static const std::array kinds{
        sgd_optimizer(),
        adam_optimizer(),
    };
    return kinds;
}

}  // namespace mlaasim::fl
