// The kinds of distances of models, each in the file of its name.
#include <array>

#include "composition/rules/mum/model_distance.hpp"

namespace mlaasim::composition {

sim::Kind<ModelDistance> relative_mum();
sim::Kind<ModelDistance> literal_mum();

std::span<const sim::Kind<ModelDistance>> model_distance_kinds() {
    static const std::array kinds{
        relative_mum(),
        literal_mum(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
