#include "composition/assessment/functional.hpp"

#include <algorithm>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

namespace {

/// Columns of all rows that are worked on together, so that the models all are compared with stay in cache.
constexpr std::size_t columns_at_once = 2048;

}  // namespace

void declare(sim::OptionVisitor& visitor, FunctionalOptions& options) {
    visitor.kind_beside("form", options.form, functional_share_kinds(), {.doc = "Which form of eq. 6"});
    visitor.kind_beside("distance", options.distance, distance_kinds(),
                        {.doc = "Distance between a member's update and the composition's"});
}

std::vector<double> update_distances(std::span<const std::span<const float>> rows, std::span<const float> global,
                                     std::span<const float> composed, const sim::ParameterLayout& layout,
                                     const UpdateDistance& distance) {
    const auto fits = [&](std::span<const float> model) { return model.size() == layout.size(); };
    sim::expects(fits(global) && fits(composed) && std::all_of(rows.begin(), rows.end(), fits),
                 "models of the given layout");
    std::vector<DistanceSums> sums(rows.size());
    for (const sim::ParameterBlock& block : layout.blocks()) {
        const std::size_t end = block.trainable() ? block.offset + block.count : block.offset;
        for (std::size_t at = block.offset; at < end; at += columns_at_once) {
            const std::size_t columns = std::min(columns_at_once, end - at);
            for (std::size_t r = 0; r < rows.size(); ++r) {
                distance.add(sums[r], rows[r].subspan(at, columns), global.subspan(at, columns),
                             composed.subspan(at, columns));
            }
        }
    }
    std::vector<double> distances(rows.size());
    std::transform(sums.begin(), sums.end(), distances.begin(),
                   [&](const DistanceSums& s) { return distance.distance(s); });
    return distances;
}

}  // namespace mlaasim::composition
