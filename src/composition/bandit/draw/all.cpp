#include "composition/bandit/draw/draw.hpp"
#include "composition/bandit/pick.hpp"

namespace mlaasim::composition {
namespace {

struct AmongAll final : Draw {
    [[nodiscard]] std::vector<std::size_t> pick(const Contexts& contexts, std::span<const std::size_t> rows,
                                                std::span<const ArmScore> scores, std::size_t count,
                                                sim::RandomStream& /*random*/) const override {
        return pick_best(contexts, rows, scores, count);
    }
};

void declare(sim::OptionVisitor& /*visitor*/, AmongAll& /*leaf*/) {}

}  // namespace

sim::Kind<Draw> draw_among_all() {
    return sim::Kind<Draw>::of<AmongAll>("all", "each pick is the best of all that remain");
}

}  // namespace mlaasim::composition
