#include <cmath>

#include "composition/assessment/distance/distance.hpp"
#include "sim/core/clones.hpp"

namespace mlaasim::composition {
namespace {

/// Adds |a - b|^2.
MLAASIM_CLONES void add_squares(LaneSums& squares, const float* row, const float* composed, std::size_t size) {
    add_terms(std::array{&squares}, size, [=](std::size_t i, std::size_t lane, auto& sums) {
        const double d = static_cast<double>(row[i]) - static_cast<double>(composed[i]);
        sums[0].of[lane] += d * d;
    });
}

/// |a - b|, which does not depend on `global`.
struct Euclidean final : UpdateDistance {
    void add(DistanceSums& sums, std::span<const float> row, std::span<const float> /*global*/,
             std::span<const float> composed) const override {
        add_squares(sums[0], row.data(), composed.data(), row.size());
    }
    [[nodiscard]] double distance(const DistanceSums& sums) const override { return std::sqrt(sums[0].total()); }
};

void declare(sim::OptionVisitor& /*visitor*/, Euclidean& /*leaf*/) {}

}  // namespace

sim::Kind<UpdateDistance> euclidean_distance() {
    return sim::Kind<UpdateDistance>::of<Euclidean>("euclidean", "length of the difference of the two updates");
}

}  // namespace mlaasim::composition
