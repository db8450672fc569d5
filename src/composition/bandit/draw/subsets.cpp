#include "composition/bandit/draw/draw.hpp"
#include "composition/bandit/pick.hpp"

namespace mlaasim::composition {
namespace {

struct AmongSubsets final : Draw {
    [[nodiscard]] std::vector<std::size_t> pick(const Contexts& contexts, std::span<const std::size_t> rows,
                                                std::span<const ArmScore> scores, std::size_t count,
                                                sim::RandomStream& random) const override {
        return pick_from_subsets(contexts, rows, scores, count, random);
    }
};

void declare(sim::OptionVisitor& /*visitor*/, AmongSubsets& /*leaf*/) {}

}  // namespace

sim::Kind<Draw> draw_among_subsets() {
    return sim::Kind<Draw>::of<AmongSubsets>(
        "subsets", "each pick is the best of floor(N / K) random candidates (Alg. 4 as printed)");
}

}  // namespace mlaasim::composition
