// The kinds of draws, each in the file of its name.
#include <array>

#include "composition/bandit/draw/draw.hpp"

namespace mlaasim::composition {

sim::Kind<Draw> draw_among_all();
sim::Kind<Draw> draw_among_subsets();

std::span<const sim::Kind<Draw>> draw_kinds() {
    static const std::array kinds{
        draw_among_all(),
        draw_among_subsets(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
