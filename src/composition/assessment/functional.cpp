#include "composition/assessment/functional.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "sim/error.hpp"

namespace mlaasim::composition {

namespace {

/// Products of the updates a = row - global and b = composed - global.
struct Moments {
    double aa = 0;
    double bb = 0;
    double ab = 0;
    double difference = 0;  ///< |a - b|^2
};

/// Four running sums in a fixed order: the compiler may interleave them, the bits stay.
constexpr std::size_t lanes = 4;

void accumulate(Moments& total, std::span<const float> row, std::span<const float> global,
                std::span<const float> composed) {
    std::array<Moments, lanes> sums{};
    for (std::size_t i = 0; i < row.size(); ++i) {
        Moments& s = sums[i % lanes];
        const double a = static_cast<double>(row[i]) - static_cast<double>(global[i]);
        const double b = static_cast<double>(composed[i]) - static_cast<double>(global[i]);
        const double d = static_cast<double>(row[i]) - static_cast<double>(composed[i]);
        s.aa += a * a;
        s.bb += b * b;
        s.ab += a * b;
        s.difference += d * d;
    }
    for (const Moments& s : sums) {
        total.aa += s.aa;
        total.bb += s.bb;
        total.ab += s.ab;
        total.difference += s.difference;
    }
}

double distance_of(const Moments& m, DistanceKind kind) {
    if (kind == DistanceKind::euclidean) {
        return std::sqrt(m.difference);
    }
    if (m.aa == 0 || m.bb == 0) {
        return m.aa == m.bb ? 0.0 : 0.5;
    }
    const double cosine = m.ab / std::sqrt(m.aa * m.bb);
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

double update_distance(std::span<const float> row, std::span<const float> global, std::span<const float> composed,
                       DistanceKind kind) {
    sim::expects(row.size() == global.size() && row.size() == composed.size(), "models of equal length");
    Moments moments;
    accumulate(moments, row, global, composed);
    return distance_of(moments, kind);
}

double update_distance(std::span<const float> row, std::span<const float> global, std::span<const float> composed,
                       const sim::ParameterLayout& layout, DistanceKind kind) {
    sim::expects(row.size() == layout.size() && global.size() == layout.size() && composed.size() == layout.size(),
                 "models of the given layout");
    Moments moments;
    for (const sim::ParameterBlock& block : layout.blocks()) {
        if (block.trainable()) {
            accumulate(moments, layout.view(row, block), layout.view(global, block), layout.view(composed, block));
        }
    }
    return distance_of(moments, kind);
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
