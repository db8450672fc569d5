#include "tta/class_mixes.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "sim/core/error.hpp"
#include "tta/class_means.hpp"
#include "tta/moved_mixture.hpp"

namespace mlaasim::tta {
namespace {

std::vector<double> products_of(const std::vector<std::vector<double>>& rows) {
    std::vector<double> products;
    for (const std::vector<double>& one : rows) {
        for (const std::vector<double>& other : rows) {
            products.push_back(dot(one, other));
        }
    }
    return products;
}

/// The mix of rows nearest to a point: pairs of rows exchange shares until no exchange comes nearer. `products`: of
/// each row with each.
std::vector<double> nearest_mix(const std::vector<std::vector<double>>& rows, std::span<const double> products,
                                std::span<const double> point) {
    constexpr int most_exchanges = 10'000;
    constexpr double close_enough = 1e-9;  // of the slope, relative to the largest product
    const std::size_t n = rows.size();
    const double largest = *std::ranges::max_element(products);
    std::vector<double> slopes(n);  // of half the squared distance by each share
    std::vector<double> mix(n, 1.0 / static_cast<double>(n));
    for (std::size_t i = 0; i < n; ++i) {
        slopes[i] = dot(products.subspan(i * n, n), mix) - dot(rows[i], point);
    }
    for (int exchange = 0; exchange < most_exchanges; ++exchange) {
        std::size_t to = 0;
        std::size_t from = n;
        for (std::size_t i = 0; i < n; ++i) {
            to = slopes[i] < slopes[to] ? i : to;
            from = mix[i] > 0.0 && (from == n || slopes[i] > slopes[from]) ? i : from;
        }
        const double curvature = products[to * n + to] + products[from * n + from] - 2.0 * products[to * n + from];
        if (!(slopes[from] - slopes[to] > close_enough * largest) || !(curvature > 0.0)) {
            break;
        }
        const double share = std::min(mix[from], (slopes[from] - slopes[to]) / curvature);
        mix[to] += share;
        mix[from] = share == mix[from] ? 0.0 : mix[from] - share;
        for (std::size_t i = 0; i < n; ++i) {
            slopes[i] += share * (products[i * n + to] - products[i * n + from]);
        }
    }
    return mix;
}

}  // namespace

std::optional<ClassMixes> ClassMixes::fit(const Features& clean, std::span<const std::int64_t> labels,
                                          std::size_t classes) {
    sim::expects(clean.count() == labels.size(), "a label a sample");
    Features even{.width = clean.width};
    std::vector<std::int64_t> even_labels;
    for (std::size_t i = 0; i < labels.size(); i += 2) {
        even.values.insert(even.values.end(), clean.row(i).begin(), clean.row(i).end());
        even_labels.push_back(labels[i]);
    }
    const ClassMeans means = class_means(even, even_labels, classes);
    const auto has_mean = [&](std::int64_t label) { return means.counts[static_cast<std::size_t>(label)] > 0; };
    std::optional<Whitening> whitening = Whitening::fit(deviations(clean, labels, means));
    if (!whitening) {
        return std::nullopt;
    }
    ClassMixes mixes{std::move(*whitening)};
    std::vector<std::vector<std::vector<double>>> others(classes);
    for (std::size_t i = 1; i < labels.size(); i += 2) {
        if (has_mean(labels[i])) {
            others[static_cast<std::size_t>(labels[i])].push_back(mixes.whitening_.whitened(clean.row(i)));
        }
    }
    for (std::size_t y = 0; y < classes; ++y) {
        if (means.counts[y] > 0) {
            mixes.classes_.push_back(y);
            mixes.means_.push_back(mixes.whitening_.whitened(std::span<const double>{means.means[y]}));
            if (others[y].empty()) {
                others[y].push_back(mixes.means_.back());
            }
            mixes.others_.push_back(std::move(others[y]));
        }
    }
    mixes.products_ = products_of(mixes.means_);
    return mixes;
}

std::vector<double> ClassMixes::mean_of(const Features& samples, std::size_t first, std::size_t count) const {
    sim::expects(count > 0 && first + count <= samples.count(), "there are samples");
    std::vector<double> mean(samples.width, 0.0);
    for (std::size_t i = first; i < first + count; ++i) {
        for (std::size_t f = 0; f < samples.width; ++f) {
            mean[f] += samples.row(i)[f];
        }
    }
    for (double& value : mean) {
        value /= static_cast<double>(count);
    }
    return whitening_.whitened(std::span<const double>{mean});
}

Drift ClassMixes::drift(std::span<const double> mean) const {
    Drift found{.vector = {mean.begin(), mean.end()}, .mix = nearest_mix(means_, products_, mean)};
    for (std::size_t y = 0; y < found.mix.size(); ++y) {
        for (std::size_t f = 0; f < mean.size(); ++f) {
            found.vector[f] -= found.mix[y] * means_[y][f];
        }
    }
    return found;
}

std::vector<double> ClassMixes::mix_of_moved(const Features& samples) const {
    constexpr std::size_t most_points = 512;
    constexpr double most_of_one_class = 0.7;
    const std::size_t stride = (samples.count() + most_points - 1) / most_points;
    std::vector<std::vector<double>> points;
    for (std::size_t i = 0; i < samples.count(); i += stride) {
        points.push_back(whitening_.whitened(samples.row(i)));
    }
    const auto classes = static_cast<double>(means_.size());
    MovedMixture found = fit_moved_mixture(means_, points, std::vector<double>(means_.size(), 1.0 / classes));
    for (std::size_t y = 0; y < means_.size() && means_.size() > 1; ++y) {
        std::vector<double> mostly_one(means_.size(), (1.0 - most_of_one_class) / (classes - 1.0));
        mostly_one[y] = most_of_one_class;
        MovedMixture other = fit_moved_mixture(means_, points, mostly_one);
        if (other.log_likelihood > found.log_likelihood) {
            found = std::move(other);
        }
    }
    return found.mix;
}

double ClassMixes::clean_distance(std::span<const double> mix, std::size_t samples, sim::RandomStream random) const {
    constexpr std::size_t windows = 200;
    constexpr std::size_t quantile = 198;  // 99 % of the windows
    std::vector<double> cumulated(mix.size());
    std::partial_sum(mix.begin(), mix.end(), cumulated.begin());
    std::vector<double> distances;
    for (std::size_t window = 0; window < windows; ++window) {
        std::vector<double> mean(whitening_.width(), 0.0);
        for (std::size_t i = 0; i < samples; ++i) {
            const auto drawn = std::ranges::upper_bound(cumulated, random.uniform() * cumulated.back());
            const auto& one_class = others_[static_cast<std::size_t>(drawn - cumulated.begin())];
            const std::vector<double>& one = one_class[random.below(static_cast<std::uint32_t>(one_class.size()))];
            for (std::size_t f = 0; f < mean.size(); ++f) {
                mean[f] += one[f];
            }
        }
        for (double& value : mean) {
            value /= static_cast<double>(samples);
        }
        distances.push_back(squared_length(drift(mean).vector));
    }
    std::ranges::nth_element(distances, distances.begin() + (quantile - 1));
    return distances[quantile - 1];
}

}  // namespace mlaasim::tta
