#include "composition/rules/dum/histogram_distance.hpp"

namespace mlaasim::composition {
namespace {

struct NormalisedHistograms final : HistogramDistance {
    [[nodiscard]] double distance(std::span<const double> composition,
                                  std::span<const double> candidate) const override {
        return share_distance(composition, candidate);
    }
};

void declare(sim::OptionVisitor& /*visitor*/, NormalisedHistograms& /*leaf*/) {}

}  // namespace

sim::Kind<HistogramDistance> normalised_dum() {
    return sim::Kind<HistogramDistance>::of<NormalisedHistograms>("normalised", "histograms divided by their sums");
}

}  // namespace mlaasim::composition
