#include "sim/partition/draw.hpp"

#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "sim/core/counted.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::sim {
void check_pool(std::uint64_t pool_size, std::uint32_t holders, const Partitioner& options, std::string_view who) {
    const std::string named{who};
    // "services" of a number of 1 are "1 service".
    const auto counted_holders = [&](std::uint64_t count) {
        return counted(static_cast<std::int64_t>(count), who.substr(0, who.size() - 1));
    };
    const auto too_few = [&](const std::string& option, std::int64_t wanted) {
        const std::uint64_t most = pool_size / holders;
        throw InputError(Problem{.what = counted(static_cast<std::int64_t>(pool_size), "sample") +
                                         (pool_size == 1 ? " is" : " are") + " too few for " +
                                         counted_holders(holders) + " with " + option + " " + std::to_string(wanted),
                                 .expected = most > 0 ? option + " at most " + std::to_string(most)
                                                      : "at most " + counted_holders(pool_size),
                                 .hint = std::string{"lower "} + (most > 0 ? option + " or " : "") + "the number of " +
                                         named + ", or use a larger data set",
                                 .path = option});
    };
    if (std::cmp_greater(options.samples, pool_size / holders)) {
        too_few("samples", options.samples);
    }
    if (options.samples > 0 && options.min_samples > options.samples) {
        throw InputError(Problem{.what = "min_samples " + std::to_string(options.min_samples) + " of the " + named +
                                         " is above their samples " + std::to_string(options.samples),
                                 .expected = "min_samples at most samples, which is the mean",
                                 .path = "min_samples"});
    }
    if (options.samples == 0 && std::cmp_greater(options.min_samples, pool_size / holders)) {
        too_few("min_samples", options.min_samples);
    }
}

std::vector<std::uint32_t> draw_samples(std::uint32_t pool_size, std::uint32_t holders, const Partitioner& options,
                                        RandomStream& random) {
    expects(holders > 0, "a partition has holders");
    expects(options.samples >= 0 && options.min_samples >= 0, "numbers of samples are not negative");
    check_pool(pool_size, holders, options);
    const std::uint64_t count = options.samples > 0
                                    ? std::uint64_t{holders} * static_cast<std::uint64_t>(options.samples)
                                    : std::uint64_t{pool_size};
    std::vector<std::uint32_t> indices(pool_size);
    std::iota(indices.begin(), indices.end(), 0U);
    random.shuffle(indices);
    indices.resize(count);
    return indices;
}

std::vector<std::uint32_t> dirichlet_counts(std::size_t samples, std::uint32_t holders, double alpha,
                                            RandomStream& random) {
    std::vector<double> cumulative(holders);
    double sum = 0.0;
    for (double& share : cumulative) {
        sum += random.gamma(alpha);
        share = sum;
    }
    std::vector<std::uint32_t> counts(holders);
    if (!(sum > 0.0) || !std::isfinite(sum)) {
        // Every draw underflowed, as happens for tiny alpha: in this limit one holder has them all.
        counts[random.below(holders)] = static_cast<std::uint32_t>(samples);
        return counts;
    }
    std::uint32_t done = 0;
    for (std::uint32_t holder = 0; holder < holders; ++holder) {
        const auto end =
            static_cast<std::uint32_t>(std::llround(static_cast<double>(samples) * (cumulative[holder] / sum)));
        counts[holder] = end - done;
        done = end;
    }
    return counts;
}

}  // namespace mlaasim::sim
