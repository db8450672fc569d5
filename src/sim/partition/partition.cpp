#include "sim/partition/partition.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/core/limits.hpp"

namespace mlaasim::sim {

void declare(OptionVisitor& visitor, Partitioner& options) {
    visitor.option("samples", options.samples,
                   {.doc = "Mean number of samples a holder; 0 = the whole pool is shared out",
                    .unit = "samples",
                    .range = between(0, most_samples)});
    visitor.option("min_samples", options.min_samples,
                   {.doc = "Fewest samples a holder may have", .unit = "samples", .range = between(1, most_samples)});
}

Partition::Partition(std::vector<std::uint64_t> offsets, std::vector<std::uint32_t> indices)
    : offsets_{std::move(offsets)}, indices_{std::move(indices)} {
    expects(!offsets_.empty() && offsets_.front() == 0 && offsets_.back() == indices_.size() &&
                std::ranges::is_sorted(offsets_),
            "the offsets of a partition cut up its indices");
}

std::span<const std::uint32_t> Partition::samples(std::uint32_t holder) const {
    expects(holder < holders(), "the partition has this holder");
    return std::span{indices_}.subspan(offsets_[holder], offsets_[holder + 1] - offsets_[holder]);
}

}  // namespace mlaasim::sim
