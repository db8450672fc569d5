#include "sim/partition/draw.hpp"

#include <numeric>
#include <string>

#include "sim/error.hpp"

namespace mlaasim::sim {
namespace {

void check_enough(std::uint64_t available, std::uint32_t holders, std::int64_t wanted, const std::string& option,
                  const std::string& from) {
    if (static_cast<std::uint64_t>(wanted) > available / holders) {
        throw InputError(Problem{.what = from + " has " + std::to_string(available) + " samples, too few for " +
                                         std::to_string(holders) + " holders with " + option + " " +
                                         std::to_string(wanted),
                                 .expected = option + " at most " + std::to_string(available / holders),
                                 .hint = "lower " + option + " or the number of holders, or use a larger data set"});
    }
}

}  // namespace

std::vector<std::uint32_t> draw_samples(std::uint32_t pool_size, std::uint32_t holders, const PartitionOptions& options,
                                        RandomStream& random) {
    expects(holders > 0, "a partition has holders");
    expects(options.samples >= 0 && options.min_samples >= 0, "numbers of samples are not negative");
    check_enough(pool_size, holders, options.samples, "samples", "the pool");
    const std::uint64_t count = options.samples > 0
                                    ? std::uint64_t{holders} * static_cast<std::uint64_t>(options.samples)
                                    : std::uint64_t{pool_size};
    check_enough(count, holders, options.min_samples, "min_samples",
                 options.samples > 0 ? "holders x samples" : "the pool");
    std::vector<std::uint32_t> indices(pool_size);
    std::iota(indices.begin(), indices.end(), 0U);
    random.shuffle(indices);
    indices.resize(count);
    return indices;
}

}  // namespace mlaasim::sim
