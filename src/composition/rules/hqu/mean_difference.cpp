#include <cmath>

#include "composition/rules/hqu/history_similarity.hpp"

namespace mlaasim::composition {
namespace {

struct MeanDifference final : HistorySimilarity {
    [[nodiscard]] double similarity(std::span<const double> p, std::span<const double> q) const override {
        double difference = 0;
        for (std::size_t i = 0; i < p.size(); ++i) {
            difference += std::abs(p[i] - q[i]);
        }
        return 1 - difference / static_cast<double>(p.size());
    }
};

void declare(sim::OptionVisitor& /*visitor*/, MeanDifference& /*leaf*/) {}

}  // namespace

sim::Kind<HistorySimilarity> mean_difference_similarity() {
    return sim::Kind<HistorySimilarity>::of<MeanDifference>("mean_difference", "1 - mean |dq|");
}

}  // namespace mlaasim::composition
