// Who holds which samples: an exact cover of the drawn samples by the services (or clients).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::sim {

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

/// How samples are shared out: the options of a kind of partition, and what follows from them.
struct Partitioner {
    std::int64_t samples = 0;  ///< mean samples per holder; 0 = all of the pool shared out
    std::int64_t min_samples = 1;

    virtual ~Partitioner() = default;

    /// No sample is in two holders. `labels` are those of the pool, all below `classes`. Throws InputError when the
    /// pool is too small.
    [[nodiscard]] virtual Partition partition(std::span<const std::uint8_t> labels, std::uint32_t classes,
                                              std::uint32_t holders, RandomStream random) const = 0;

    /// Whether all holders have the same number of samples, or one more.
    [[nodiscard]] virtual bool has_equal_shares() const { return false; }
};

/// The options that every kind has: `samples` and `min_samples`.
void declare(OptionVisitor& visitor, Partitioner& options);

/// The kinds of partitions; the first is the default.
[[nodiscard]] std::span<const Kind<Partitioner>> partition_kinds();

/// Throws InputError, in which `who` are the holders, when a pool has fewer than holders x samples (or holders x
/// min_samples) samples.
void check_pool(std::uint64_t pool_size, std::uint32_t holders, const Partitioner& options,
                std::string_view who = "holders");

}  // namespace mlaasim::sim
