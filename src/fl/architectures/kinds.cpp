// The kinds of architectures, each in the file of its name.
#include <array>

#include "fl/architectures/architecture.hpp"

namespace mlaasim::fl {

sim::Kind<Architecture> mlp_architecture();
sim::Kind<Architecture> cnn_architecture();
sim::Kind<Architecture> cnn1d_architecture();
sim::Kind<Architecture> logistic_architecture();

std::span<const sim::Kind<Architecture>> architecture_kinds() {
    static const std::array kinds{
        mlp_architecture(),
        cnn_architecture(),
        cnn1d_architecture(),
        logistic_architecture(),
    };
    return kinds;
}

}  // namespace mlaasim::fl
