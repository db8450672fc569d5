// The kinds of confidence scores, each in the file of its name.
#include <array>

#include "composition/confidence/confidence_form.hpp"

namespace mlaasim::composition {

sim::Kind<ConfidenceForm> weighted_confidence();
sim::Kind<ConfidenceForm> valued_confidence();
sim::Kind<ConfidenceForm> binary_confidence();

std::span<const sim::Kind<ConfidenceForm>> confidence_kinds() {
    static const std::array kinds{
        weighted_confidence(),
        valued_confidence(),
        binary_confidence(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
