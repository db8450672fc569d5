// The kinds of comparisons, each in the file of its name.
#include <array>

#include "composition/filter/comparison.hpp"

namespace mlaasim::composition {

sim::Kind<Comparison> k_of_3_comparison();
sim::Kind<Comparison> literal_comparison();

std::span<const sim::Kind<Comparison>> comparison_kinds() {
    static const std::array kinds{
        k_of_3_comparison(),
        literal_comparison(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
