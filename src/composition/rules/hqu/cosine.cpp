#include <cmath>

#include "composition/rules/hqu/history_similarity.hpp"

namespace mlaasim::composition {
namespace {

/// Of a history of zeros: 1 to another one, else 0.
struct Cosine final : HistorySimilarity {
    [[nodiscard]] double similarity(std::span<const double> p, std::span<const double> q) const override {
        double pq = 0, pp = 0, qq = 0;
        for (std::size_t i = 0; i < p.size(); ++i) {
            pq += p[i] * q[i];
            pp += p[i] * p[i];
            qq += q[i] * q[i];
        }
        if (pp == 0 || qq == 0) {
            return pp == qq ? 1.0 : 0.0;
        }
        return pq / (std::sqrt(pp) * std::sqrt(qq));
    }
};

void declare(sim::OptionVisitor& /*visitor*/, Cosine& /*leaf*/) {}

}  // namespace

sim::Kind<HistorySimilarity> cosine_similarity() {
    return sim::Kind<HistorySimilarity>::of<Cosine>("cosine", "cosine of the two histories; blind to their level");
}

}  // namespace mlaasim::composition
