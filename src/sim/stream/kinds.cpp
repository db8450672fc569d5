// The kinds of orders, each in the file of its name.
#include <array>

#include "sim/stream/order.hpp"

namespace mlaasim::sim {

Kind<StreamOrder> shuffled_order();
Kind<StreamOrder> class_runs_order();

std::span<const Kind<StreamOrder>> stream_order_kinds() {
    static const std::array kinds{
        shuffled_order(),
        class_runs_order(),
    };
    return kinds;
}

}  // namespace mlaasim::sim
