#include <cmath>

#include "composition/assessment/shares/shares.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

/// f = g / sum g with g = 1 / (S + epsilon) and S = d / sum d.
struct InverseDistance final : FunctionalShares {
    double epsilon = 1e-6;

    [[nodiscard]] std::vector<double> of(std::span<const double> distances) const override {
        const std::size_t n = distances.size();
        double total = 0;
        for (const double d : distances) {
            sim::expects(!(d < 0), "a distance is not negative");
            total += std::isfinite(d) ? d : 0.0;
        }
        std::vector<double> g(n);
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const double s = total > 0 ? distances[i] / total : 0.0;
            g[i] = std::isfinite(distances[i]) ? 1 / (s + epsilon) : 0.0;
            sum += g[i];
        }
        std::vector<double> f = equal_shares(n);
        for (std::size_t i = 0; sum > 0 && i < n; ++i) {
            f[i] = g[i] / sum;
        }
        return f;
    }
};

void declare(sim::OptionVisitor& visitor, InverseDistance& leaf) {
    visitor.option("epsilon", leaf.epsilon,
                   {.doc = "Keeps the contribution of a member without distance finite", .range = sim::positive()});
}

}  // namespace

sim::Kind<FunctionalShares> inverse_distance_shares() {
    return sim::Kind<FunctionalShares>::of<InverseDistance>("inverse_distance", "f = g / sum g, g = 1 / (S + epsilon)");
}

}  // namespace mlaasim::composition
