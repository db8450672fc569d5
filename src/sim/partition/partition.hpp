// Who holds which samples: an exact cover of the drawn samples by the services (or clients).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/options.hpp"
#include "sim/random.hpp"

namespace mlaasim::sim {

enum class PartitionKind { iid, dirichlet };

/// What to do with a holder that a Dirichlet draw leaves below `min_samples`.
enum class MinSamplesPolicy {
    redistribute,  ///< move samples from the largest holders, class by class, until every holder has enough (default)
    resample,      ///< draw the whole partition anew, at most 100 times, then an InputError
};

struct PartitionOptions {
    PartitionKind kind = PartitionKind::iid;
    double alpha = 0.5;        ///< Dirichlet concentration; small = few classes a holder
    std::int64_t samples = 0;  ///< mean samples per holder; 0 = all of the pool shared out
    std::int64_t min_samples = 1;
    MinSamplesPolicy policy = MinSamplesPolicy::redistribute;
};

[[nodiscard]] std::vector<Choice> choices_of(PartitionKind kind);
[[nodiscard]] std::vector<Choice> choices_of(MinSamplesPolicy policy);
void declare(OptionVisitor& visitor, PartitionOptions& options);

/// Sample indices of every holder, in one array (CSR).
class Partition {
public:
    Partition(std::vector<std::uint64_t> offsets, std::vector<std::uint32_t> indices);

    [[nodiscard]] std::uint32_t holders() const { return static_cast<std::uint32_t>(offsets_.size() - 1); }
    /// The samples of a holder, in a random but fixed order.
    [[nodiscard]] std::span<const std::uint32_t> samples(std::uint32_t holder) const;
    [[nodiscard]] std::size_t total() const { return indices_.size(); }

private:
    std::vector<std::uint64_t> offsets_;
    std::vector<std::uint32_t> indices_;
};

/// Equal shares (they differ by at most one), drawn without regard to the class.
[[nodiscard]] Partition partition_iid(std::uint32_t pool_size, std::uint32_t holders, const PartitionOptions& options,
                                      RandomStream random);

/// For every class, its samples go to the holders in shares drawn from Dirichlet(alpha) (Yurochkin et al. 2019,
/// "Bayesian nonparametric federated learning of neural networks"), then the policy mends holders below `min_samples`.
[[nodiscard]] Partition partition_dirichlet(std::span<const std::uint8_t> labels, std::uint32_t classes,
                                            std::uint32_t holders, const PartitionOptions& options,
                                            RandomStream random);

/// Throws InputError, in which `who` are the holders, when a pool has fewer than holders x samples (or holders x
/// min_samples) samples.
void check_pool(std::uint64_t pool_size, std::uint32_t holders, const PartitionOptions& options,
                std::string_view who = "holders");

/// The partition that the options ask for; no sample is in two holders. Throws InputError when the pool is too small.
[[nodiscard]] Partition make_partition(std::span<const std::uint8_t> labels, std::uint32_t classes,
                                       std::uint32_t holders, const PartitionOptions& options, RandomStream random);

}  // namespace mlaasim::sim
