#include "composition/rules/dum/histogram_distance.hpp"

namespace mlaasim::composition {
namespace {

struct RawHistograms final : HistogramDistance {
    [[nodiscard]] double distance(std::span<const double> composition,
                                  std::span<const double> candidate) const override {
        return scaled_distance(composition, 1, candidate, 1);
    }
};

void declare(sim::OptionVisitor& /*visitor*/, RawHistograms& /*leaf*/) {}

}  // namespace

sim::Kind<HistogramDistance> literal_dum() {
    return sim::Kind<HistogramDistance>::of<RawHistograms>(
        "literal", "eq. 7 as printed: raw counts, so the distance grows with the volume");
}

}  // namespace mlaasim::composition
