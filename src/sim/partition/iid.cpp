#include <utility>

#include "sim/partition/draw.hpp"
#include "sim/partition/partition.hpp"

namespace mlaasim::sim {
namespace {

/// Equal shares (they differ by at most one), drawn without regard to the class.
struct Iid final : Partitioner {
    [[nodiscard]] Partition partition(std::span<const std::uint8_t> labels, std::uint32_t /*classes*/,
                                      std::uint32_t holders, RandomStream random) const override {
        std::vector<std::uint32_t> indices =
            draw_samples(static_cast<std::uint32_t>(labels.size()), holders, *this, random);
        std::vector<std::uint64_t> offsets(std::size_t{holders} + 1);
        for (std::size_t holder = 0; holder < offsets.size(); ++holder) {
            offsets[holder] = holder * indices.size() / holders;
        }
        return {std::move(offsets), std::move(indices)};
    }

    [[nodiscard]] bool has_equal_shares() const override { return true; }
};

}  // namespace

Kind<Partitioner> iid_partition() {
    return Kind<Partitioner>::of<Iid>("iid", "equal shares, drawn without regard to the class");
}

}  // namespace mlaasim::sim
