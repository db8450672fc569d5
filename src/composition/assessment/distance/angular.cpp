#include <algorithm>
#include <cmath>
#include <numbers>

#include "composition/assessment/distance/distance.hpp"
#include "sim/core/clones.hpp"

namespace mlaasim::composition {
namespace {

/// Adds a a, b b and a b.
MLAASIM_CLONES void add_products(DistanceSums& products, const float* row, const float* global, const float* composed,
                                 std::size_t size) {
    auto& [aa, bb, ab] = products;
    add_terms(std::array{&aa, &bb, &ab}, size, [=](std::size_t i, std::size_t lane, auto& sums) {
        const double a = static_cast<double>(row[i]) - static_cast<double>(global[i]);
        const double b = static_cast<double>(composed[i]) - static_cast<double>(global[i]);
        sums[0].of[lane] += a * a;
        sums[1].of[lane] += b * b;
        sums[2].of[lane] += a * b;
    });
}

/// arccos(cos(a, b)) / pi. Of a zero update: 0 to another zero update, else 1/2.
struct Angular final : UpdateDistance {
    void add(DistanceSums& sums, std::span<const float> row, std::span<const float> global,
             std::span<const float> composed) const override {
        add_products(sums, row.data(), global.data(), composed.data(), row.size());
    }
    [[nodiscard]] double distance(const DistanceSums& sums) const override {
        const double aa = sums[0].total();
        const double bb = sums[1].total();
        if (aa == 0 || bb == 0) {
            return aa == bb ? 0.0 : 0.5;
        }
        const double cosine = sums[2].total() / std::sqrt(aa * bb);
        return std::acos(std::clamp(cosine, -1.0, 1.0)) / std::numbers::pi;
    }
};

void declare(sim::OptionVisitor& /*visitor*/, Angular& /*leaf*/) {}

}  // namespace

sim::Kind<UpdateDistance> angular_distance() {
    return sim::Kind<UpdateDistance>::of<Angular>("angular", "angle between the two updates / pi");
}

}  // namespace mlaasim::composition
