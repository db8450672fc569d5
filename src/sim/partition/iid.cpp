#include <utility>

#include "sim/partition/draw.hpp"
#include "sim/partition/partition.hpp"

namespace mlaasim::sim {

Partition partition_iid(std::uint32_t pool_size, std::uint32_t holders, const PartitionOptions& options,
                        RandomStream random) {
    std::vector<std::uint32_t> indices = draw_samples(pool_size, holders, options, random);
    std::vector<std::uint64_t> offsets(std::size_t{holders} + 1);
    for (std::size_t holder = 0; holder < offsets.size(); ++holder) {
        offsets[holder] = holder * indices.size() / holders;
    }
    return {std::move(offsets), std::move(indices)};
}

}  // namespace mlaasim::sim
