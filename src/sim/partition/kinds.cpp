// The kinds of partitions, each in the file of its name.
#include <array>

#include "sim/partition/partition.hpp"

namespace mlaasim::sim {

Kind<Partitioner> iid_partition();
Kind<Partitioner> dirichlet_partition();
Kind<Partitioner> quantity_skew_partition();

std::span<const Kind<Partitioner>> partition_kinds() {
    static const std::array kinds{
        iid_partition(),
        dirichlet_partition(),
        quantity_skew_partition(),
    };
    return kinds;
}

}  // namespace mlaasim::sim
