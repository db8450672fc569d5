#include <array>
#include <cmath>

#include "composition/lane_sums.hpp"
#include "composition/rules/mum/model_distance.hpp"
#include "sim/core/clones.hpp"

namespace mlaasim::composition {
namespace {

constexpr double tiny = 1e-12;

/// Adds |w - mean| and |mean|.
MLAASIM_CLONES void add_differences(LaneSums& difference, LaneSums& reference, const float* w, const float* mean,
                                    std::size_t size) {
    add_terms(std::array{&difference, &reference}, size, [=](std::size_t i, std::size_t lane, auto& sums) {
        const auto m = static_cast<double>(mean[i]);
        sums[0].of[lane] += std::abs(static_cast<double>(w[i]) - m);
        sums[1].of[lane] += std::abs(m);
    });
}

/// |w - w_mean|_1 / (|w_mean|_1 + 1e-12)
struct RelativeDistance final : ModelDistance {
    [[nodiscard]] double distance(std::span<const float> composition, std::span<const float> candidate,
                                  const sim::ParameterLayout& layout) const override {
        LaneSums difference;
        LaneSums reference;
        each_trainable(composition, candidate, layout, [&](const float* mean, const float* w, std::size_t count) {
            add_differences(difference, reference, w, mean, count);
        });
        return difference.total() / (reference.total() + tiny);
    }
};

void declare(sim::OptionVisitor& /*visitor*/, RelativeDistance& /*leaf*/) {}

}  // namespace

sim::Kind<ModelDistance> relative_mum() {
    return sim::Kind<ModelDistance>::of<RelativeDistance>("relative", "sum of |w - w_mean| / sum of |w_mean|");
}

}  // namespace mlaasim::composition
