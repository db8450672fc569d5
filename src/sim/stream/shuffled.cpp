#include "sim/stream/order.hpp"

namespace mlaasim::sim {
namespace {

struct Shuffled final : StreamOrder {
    [[nodiscard]] std::vector<double> class_mix(std::uint32_t /*classes*/, ClientId /*client*/, Round /*round*/,
                                                Seed /*seed*/) const override {
        return {};
    }
};

void declare(OptionVisitor& /*visitor*/, Shuffled& /*options*/) {}

}  // namespace

Kind<StreamOrder> shuffled_order() {
    return Kind<StreamOrder>::of<Shuffled>("shuffled", "each round draws from all of a client's samples alike");
}

}  // namespace mlaasim::sim
