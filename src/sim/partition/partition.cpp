#include "sim/partition/partition.hpp"

#include <algorithm>
#include <utility>

#include "sim/error.hpp"
#include "sim/limits.hpp"

namespace mlaasim::sim {

std::vector<Choice> choices_of(PartitionKind /*kind*/) {
    return {
        {"iid", static_cast<int>(PartitionKind::iid), "equal shares, drawn without regard to the class"},
        {"dirichlet", static_cast<int>(PartitionKind::dirichlet),
         "for every class, shares drawn from Dirichlet(alpha): holders differ in size and in classes"},
    };
}

std::vector<Choice> choices_of(MinSamplesPolicy /*policy*/) {
    return {
        {"redistribute", static_cast<int>(MinSamplesPolicy::redistribute),
         "the largest holders give samples until every holder has enough"},
        {"resample", static_cast<int>(MinSamplesPolicy::resample),
         "the whole partition is drawn anew, at most 100 times"},
    };
}

void declare(OptionVisitor& visitor, PartitionOptions& options) {
    visitor.choice("kind", options.kind, {.doc = "How the samples are shared out"});
    const OnlyWith dirichlet{"kind", "dirichlet", options.kind == PartitionKind::dirichlet};
    visitor.option(
        "alpha", options.alpha,
        {.doc = "Concentration of the Dirichlet distribution: small = few classes a holder, large = nearly iid",
         .range = positive(),
         .only_with = dirichlet});
    visitor.option("samples", options.samples,
                   {.doc = "Mean number of samples a holder; 0 = the whole pool is shared out",
                    .unit = "samples",
                    .range = between(0, most_samples)});
    visitor.option("min_samples", options.min_samples,
                   {.doc = "Fewest samples a holder may have", .unit = "samples", .range = between(1, most_samples)});
    visitor.choice(
        "policy", options.policy,
        {.doc = "What to do when a Dirichlet draw leaves a holder below `min_samples`", .only_with = dirichlet});
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

Partition make_partition(std::span<const std::uint8_t> labels, std::uint32_t classes, std::uint32_t holders,
                         const PartitionOptions& options, RandomStream random) {
    if (options.kind == PartitionKind::dirichlet) {
        return partition_dirichlet(labels, classes, holders, options, random);
    }
    return partition_iid(static_cast<std::uint32_t>(labels.size()), holders, options, random);
}

}  // namespace mlaasim::sim
