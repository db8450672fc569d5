#include <cmath>
#include <utility>

#include "sim/partition/draw.hpp"
#include "sim/partition/partition.hpp"

namespace mlaasim::sim {
namespace {

/// The sizes follow Zipf's law: n_i = m + (N - H m) w_i, with w_i proportional to i^-exponent over the H holders i = 1,
/// 2, ..., m = min_samples and N samples in all.
struct Zipf final : Partitioner {
    double exponent = 1.0;

    [[nodiscard]] Partition partition(std::span<const std::uint8_t> labels, std::uint32_t /*classes*/,
                                      std::uint32_t holders, RandomStream random) const override {
        std::vector<std::uint32_t> indices =
            draw_samples(static_cast<std::uint32_t>(labels.size()), holders, *this, random);
        const auto least = static_cast<std::uint64_t>(min_samples);
        std::vector<double> weights{0.0};
        for (std::uint32_t holder = 1; holder <= holders; ++holder) {
            weights.push_back(weights.back() + std::pow(holder, -exponent));
        }
        const auto more = static_cast<double>(indices.size() - holders * least);
        std::vector<std::uint64_t> offsets;
        for (std::uint32_t holder = 0; holder <= holders; ++holder) {
            const auto rounded = std::llround(more * (weights[holder] / weights.back()));
            offsets.push_back(holder * least + static_cast<std::uint64_t>(rounded));
        }
        return {std::move(offsets), std::move(indices)};
    }
};

void declare(OptionVisitor& visitor, Zipf& options) {
    visitor.option(
        "exponent", options.exponent,
        {.doc = "How fast the shares fall from one holder to the next; 0 = equal shares", .range = between(0, 10)});
    declare(visitor, static_cast<Partitioner&>(options));
}

}  // namespace

Kind<Partitioner> zipf_partition() {
    return Kind<Partitioner>::of<Zipf>("zipf", "shares that fall as Zipf's law says, without regard to the class");
}

}  // namespace mlaasim::sim
