// The kinds of distances of histograms, each in the file of its name.
#include <array>

#include "composition/rules/dum/histogram_distance.hpp"

namespace mlaasim::composition {

sim::Kind<HistogramDistance> normalised_dum();
sim::Kind<HistogramDistance> literal_dum();

std::span<const sim::Kind<HistogramDistance>> histogram_distance_kinds() {
    static const std::array kinds{
        normalised_dum(),
        literal_dum(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
