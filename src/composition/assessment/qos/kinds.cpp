// The kinds of forms of QoS, each in the file of its name.
#include <array>

#include "composition/assessment/qos/qos.hpp"

namespace mlaasim::composition {

sim::Kind<QosForm> composition_qos();
sim::Kind<QosForm> literal_qos();

std::span<const sim::Kind<QosForm>> qos_kinds() {
    static const std::array kinds{
        composition_qos(),
        literal_qos(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
