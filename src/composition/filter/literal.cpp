#include "composition/filter/comparison.hpp"

namespace mlaasim::composition {
namespace {

/// The printed ">" between vectors: all three attributes. The printed inner loop doesn't use its index, so a candidate
/// is listed once for each underperforming service.
struct AllThree final : Comparison {
    [[nodiscard]] std::string shortfall(const ComparedAttributes& service,
                                        const ComparedAttributes& mean) const override {
        return not_above(service, mean, better_in());
    }
    [[nodiscard]] std::int64_t better_in() const override { return 3; }
    [[nodiscard]] std::size_t copies(std::size_t underperforming) const override { return underperforming; }
};

void declare(sim::OptionVisitor& /*visitor*/, AllThree& /*leaf*/) {}

}  // namespace

sim::Kind<Comparison> literal_comparison() {
    return sim::Kind<Comparison>::of<AllThree>("literal", "Alg. 2 as printed: all three above the mean");
}

}  // namespace mlaasim::composition
