#include <utility>

#include "sim/partition/draw.hpp"
#include "sim/partition/partition.hpp"

namespace mlaasim::sim {
namespace {

/// Holders differ in size alone: n_i = m + (N - H m) q_i, with q ~ Dirichlet(alpha, ..., alpha) over the H holders, m =
/// min_samples and N samples in all, drawn without regard to the class. Li et al., "Federated learning on non-IID data
/// silos: an experimental study", ICDE 2022, have m = 0.
struct QuantitySkew final : Partitioner {
    double alpha = 0.5;

    [[nodiscard]] Partition partition(std::span<const std::uint8_t> labels, std::uint32_t /*classes*/,
                                      std::uint32_t holders, RandomStream random) const override {
        std::vector<std::uint32_t> indices =
            draw_samples(static_cast<std::uint32_t>(labels.size()), holders, *this, random);
        const auto least = static_cast<std::uint64_t>(min_samples);
        const std::vector<std::uint32_t> more =
            dirichlet_counts(indices.size() - holders * least, holders, alpha, random);
        std::vector<std::uint64_t> offsets{0};
        for (const std::uint32_t count : more) {
            offsets.push_back(offsets.back() + least + count);
        }
        return {std::move(offsets), std::move(indices)};
    }
};

void declare(OptionVisitor& visitor, QuantitySkew& options) {
    visitor.option("alpha", options.alpha,
                   {.doc = "Concentration of the Dirichlet distribution: small = a few holders have nearly everything, "
                           "large = nearly equal shares",
                    .range = positive()});
    declare(visitor, static_cast<Partitioner&>(options));
}

}  // namespace

Kind<Partitioner> quantity_skew_partition() {
    return Kind<Partitioner>::of<QuantitySkew>(
        "quantity_skew", "shares of unequal size, drawn from Dirichlet(alpha), without regard to the class");
}

}  // namespace mlaasim::sim
