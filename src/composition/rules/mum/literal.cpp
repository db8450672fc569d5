#include <array>
#include <cmath>

#include "composition/lane_sums.hpp"
#include "composition/rules/mum/model_distance.hpp"
#include "sim/core/clones.hpp"

namespace mlaasim::composition {
namespace {

/// Adds |(w - mean) / mean|, with 0/0 = 0.
MLAASIM_CLONES void add_relative_changes(LaneSums& change, const float* w, const float* mean, std::size_t size) {
    add_terms(std::array{&change}, size, [=](std::size_t i, std::size_t lane, auto& sums) {
        const auto m = static_cast<double>(mean[i]);
        const double d = static_cast<double>(w[i]) - m;
        sums[0].of[lane] += d == 0.0 ? 0.0 : std::abs(d / m);
    });
}

/// Mean of |(w - w_mean) / w_mean|, infinite where a weight of the composition is 0.
struct MeanRelativeChange final : ModelDistance {
    [[nodiscard]] double distance(std::span<const float> composition, std::span<const float> candidate,
                                  const sim::ParameterLayout& layout) const override {
        LaneSums change;
        double weights = 0;
        each_trainable(composition, candidate, layout, [&](const float* mean, const float* w, std::size_t count) {
            add_relative_changes(change, w, mean, count);
            weights += static_cast<double>(count);
        });
        return weights > 0 ? change.total() / weights : 0;
    }
};

void declare(sim::OptionVisitor& /*visitor*/, MeanRelativeChange& /*leaf*/) {}

}  // namespace

sim::Kind<ModelDistance> literal_mum() {
    return sim::Kind<ModelDistance>::of<MeanRelativeChange>(
        "literal", "eq. 8 as printed: mean of |(w - w_mean) / w_mean|, dominated by weights near 0");
}

}  // namespace mlaasim::composition
