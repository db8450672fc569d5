// The kinds of distances of updates, each in the file of its name.
#include <array>

#include "composition/assessment/distance/distance.hpp"

namespace mlaasim::composition {

sim::Kind<UpdateDistance> euclidean_distance();
sim::Kind<UpdateDistance> angular_distance();

std::span<const sim::Kind<UpdateDistance>> distance_kinds() {
    static const std::array kinds{
        euclidean_distance(),
        angular_distance(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
