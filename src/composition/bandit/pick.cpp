#include "composition/bandit/pick.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

namespace {

/// Orders positions in `rows`: higher score first, then smaller id.
class Better {
public:
    Better(const Contexts& contexts, std::span<const std::size_t> rows, std::span<const ArmScore> scores)
        : contexts_{contexts}, rows_{rows}, scores_{scores} {
        sim::expects(rows.size() == scores.size(), "one score per row");
        sim::expects(
            std::all_of(scores.begin(), scores.end(), [](const ArmScore& s) { return std::isfinite(s.total()); }),
            "scores are finite");
    }

    bool operator()(std::size_t a, std::size_t b) const {
        const double x = scores_[a].total();
        const double y = scores_[b].total();
        return x != y ? x > y : contexts_.services[rows_[a]] < contexts_.services[rows_[b]];
    }

private:
    const Contexts& contexts_;
    std::span<const std::size_t> rows_;
    std::span<const ArmScore> scores_;
};

std::vector<std::size_t> all_positions(std::size_t n) {
    std::vector<std::size_t> positions(n);
    std::iota(positions.begin(), positions.end(), std::size_t{0});
    return positions;
}

}  // namespace

std::vector<std::size_t> pick_best(const Contexts& contexts, std::span<const std::size_t> rows,
                                   std::span<const ArmScore> scores, std::size_t count) {
    auto positions = all_positions(rows.size());
    const auto end = positions.begin() + static_cast<std::ptrdiff_t>(std::min(count, rows.size()));
    std::partial_sort(positions.begin(), end, positions.end(), Better{contexts, rows, scores});
    std::vector<std::size_t> picked;
    std::transform(positions.begin(), end, std::back_inserter(picked), [&](std::size_t p) { return rows[p]; });
    return picked;
}

std::vector<std::size_t> pick_from_subsets(const Contexts& contexts, std::span<const std::size_t> rows,
                                           std::span<const ArmScore> scores, std::size_t count,
                                           sim::RandomStream& random) {
    const Better better{contexts, rows, scores};
    auto left = all_positions(rows.size());
    const std::size_t subset = std::max<std::size_t>(1, rows.size() / std::max<std::size_t>(1, count));
    std::vector<std::size_t> picked;
    while (picked.size() < count && !left.empty()) {
        const std::size_t drawn = std::min(subset, left.size());
        for (std::size_t i = 0; i < drawn; ++i) {
            std::swap(left[i], left[i + random.below(static_cast<std::uint32_t>(left.size() - i))]);
        }
        const auto best = std::min_element(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(drawn), better);
        picked.push_back(rows[*best]);
        left.erase(best);
    }
    return picked;
}

std::vector<std::size_t> pick_epsilon_greedy(const Contexts& contexts, std::span<const std::size_t> rows,
                                             std::span<const ArmScore> scores, std::size_t count, double epsilon,
                                             sim::RandomStream& random) {
    auto left = all_positions(rows.size());
    std::sort(left.begin(), left.end(), Better{contexts, rows, scores});
    std::vector<std::size_t> picked;
    while (picked.size() < count && !left.empty()) {
        const bool explore = random.uniform() < epsilon;
        const auto chosen =
            left.begin() +
            (explore ? static_cast<std::ptrdiff_t>(random.below(static_cast<std::uint32_t>(left.size()))) : 0);
        picked.push_back(rows[*chosen]);
        left.erase(chosen);
    }
    return picked;
}

}  // namespace mlaasim::composition
