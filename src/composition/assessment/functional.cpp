#include "composition/assessment/functional.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "composition/lane_sums.hpp"
#include "sim/core/clones.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {

namespace {

/// Columns of all rows that are worked on together, so that the models all are compared with stay in cache.
constexpr std::size_t columns_at_once = 2048;

/// Products of the updates a = row - global and b = composed - global.
struct Moments {
    Sums aa;
    Sums bb;
    Sums ab;
    Sums difference;  ///< |a - b|^2
};

MLAASIM_CLONES void add_products(Moments& m, const float* row, const float* global, const float* composed,
                                 std::size_t size) {
    add_terms(std::array{&m.aa, &m.bb, &m.ab}, size, [=](std::size_t i, std::size_t lane, auto& sums) {
        const double a = static_cast<double>(row[i]) - static_cast<double>(global[i]);
        const double b = static_cast<double>(composed[i]) - static_cast<double>(global[i]);
        sums[0].of[lane] += a * a;
        sums[1].of[lane] += b * b;
        sums[2].of[lane] += a * b;
    });
}

MLAASIM_CLONES void add_difference(Moments& m, const float* row, const float* composed, std::size_t size) {
    add_terms(std::array{&m.difference}, size, [=](std::size_t i, std::size_t lane, auto& sums) {
        const double d = static_cast<double>(row[i]) - static_cast<double>(composed[i]);
        sums[0].of[lane] += d * d;
    });
}

/// Adds the elements [first, first + size) of every row to its moments.
void accumulate(std::span<Moments> moments, std::span<const std::span<const float>> rows, std::span<const float> global,
                std::span<const float> composed, std::size_t first, std::size_t size, DistanceKind kind) {
    for (std::size_t at = first; at < first + size; at += columns_at_once) {
        const std::size_t columns = std::min(columns_at_once, first + size - at);
        for (std::size_t r = 0; r < rows.size(); ++r) {
            if (kind == DistanceKind::euclidean) {
                add_difference(moments[r], rows[r].data() + at, composed.data() + at, columns);
            } else {
                add_products(moments[r], rows[r].data() + at, global.data() + at, composed.data() + at, columns);
            }
        }
    }
}

double distance_of(const Moments& m, DistanceKind kind) {
    if (kind == DistanceKind::euclidean) {
        return std::sqrt(m.difference.total());
    }
    const double aa = m.aa.total();
    const double bb = m.bb.total();
    if (aa == 0 || bb == 0) {
        return aa == bb ? 0.0 : 0.5;
    }
    const double cosine = m.ab.total() / std::sqrt(aa * bb);
    return std::acos(std::clamp(cosine, -1.0, 1.0)) / std::numbers::pi;
}

}  // namespace

std::vector<sim::Choice> choices_of(DistanceKind) {
    return {{"euclidean", static_cast<int>(DistanceKind::euclidean), "length of the difference of the two updates"},
            {"angular", static_cast<int>(DistanceKind::angular), "angle between the two updates / pi"}};
}

std::vector<sim::Choice> choices_of(FunctionalForm) {
    return {{"inverse_distance", static_cast<int>(FunctionalForm::inverse_distance),
             "f = g / sum g, g = 1 / (S + epsilon)"},
            {"literal", static_cast<int>(FunctionalForm::literal), "eq. 6 as printed: every f is 1/n"}};
}

void declare(sim::OptionVisitor& visitor, FunctionalOptions& options) {
    visitor.choice("form", options.form, {.doc = "which form of eq. 6"});
    visitor.choice("distance", options.distance, {.doc = "distance between a member's update and the composition's"});
    visitor.option("epsilon", options.epsilon,
                   {.doc = "keeps the contribution of a member without distance finite", .range = sim::positive()});
}

std::vector<double> update_distances(std::span<const std::span<const float>> rows, std::span<const float> global,
                                     std::span<const float> composed, const sim::ParameterLayout& layout,
                                     DistanceKind kind) {
    const auto fits = [&](std::span<const float> model) { return model.size() == layout.size(); };
    sim::expects(fits(global) && fits(composed) && std::all_of(rows.begin(), rows.end(), fits),
                 "models of the given layout");
    std::vector<Moments> moments(rows.size());
    for (const sim::ParameterBlock& block : layout.blocks()) {
        if (block.trainable()) {
            accumulate(moments, rows, global, composed, block.offset, block.count, kind);
        }
    }
    std::vector<double> distances(rows.size());
    std::transform(moments.begin(), moments.end(), distances.begin(),
                   [&](const Moments& m) { return distance_of(m, kind); });
    return distances;
}

std::vector<double> functional_contributions(std::span<const double> distances, const FunctionalOptions& options) {
    const std::size_t n = distances.size();
    std::vector<double> f(n, n == 0 ? 0.0 : 1.0 / static_cast<double>(n));
    if (options.form == FunctionalForm::literal) {
        return f;
    }
    double total = 0;
    for (const double d : distances) {
        sim::expects(!(d < 0), "a distance is not negative");
        total += std::isfinite(d) ? d : 0.0;
    }
    std::vector<double> g(n);
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double s = total > 0 ? distances[i] / total : 0.0;
        g[i] = std::isfinite(distances[i]) ? 1 / (s + options.epsilon) : 0.0;
        sum += g[i];
    }
    for (std::size_t i = 0; sum > 0 && i < n; ++i) {
        f[i] = g[i] / sum;
    }
    return f;
}

}  // namespace mlaasim::composition
