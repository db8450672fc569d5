#include "composition/filter/comparison.hpp"

namespace mlaasim::composition {
namespace {

struct KOfThree final : Comparison {
    std::int64_t k = 2;

    [[nodiscard]] std::string shortfall(const ComparedAttributes& service,
                                        const ComparedAttributes& mean) const override {
        return not_above(service, mean, k);
    }
    [[nodiscard]] std::int64_t better_in() const override { return k; }
};

void declare(sim::OptionVisitor& visitor, KOfThree& leaf) {
    visitor.option(
        "better_in", leaf.k,
        {.doc = "Of effectiveness, quality and volume, how many must exceed the mean of the underperforming services",
         .range = sim::between(0, 3)});
}

}  // namespace

sim::Kind<Comparison> k_of_3_comparison() {
    return sim::Kind<Comparison>::of<KOfThree>(
        "k_of_3", "at least better_in of effectiveness, quality and volume above the mean of the underperforming");
}

}  // namespace mlaasim::composition
