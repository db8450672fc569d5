#include "tta/restorer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "fl/fused/kernels.hpp"
#include "sim/core/clones.hpp"
#include "sim/core/error.hpp"
#include "tta/cholesky.hpp"

namespace mlaasim::tta {
namespace {

constexpr std::size_t fewest_clean = 40;
constexpr double test_strength = 0.01;
constexpr double restoring_strength = 0.1;
constexpr int rounds = 5;
constexpr float freedom = 3.0F;
constexpr double least_variance = 0.05;  ///< over the mean one
constexpr std::size_t together = 64;     ///< samples

/// y = w x + (1 - w) below, where w falls with how far x lies from `below`.
MLAASIM_CLONES void replace_outliers(const float* __restrict x, const float* __restrict below,
                                     const float* __restrict inverse_variance, float* __restrict y, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        const float off = x[i] - below[i];
        const float weight = freedom / (freedom + off * off * inverse_variance[i]);
        y[i] = below[i] + weight * off;
    }
}

}  // namespace

std::optional<Restorer> Restorer::fit(const sim::SampleBlock& clean) {
    const std::size_t count = clean.count();
    if (count < fewest_clean) {
        return std::nullopt;
    }
    std::vector<std::uint32_t> even;
    std::vector<std::uint32_t> odd;
    for (std::uint32_t i = 0; i < count; ++i) {
        (i % 2 == 0 ? even : odd).push_back(i);
    }
    Restorer restorer;
    restorer.values_ = clean.shape().size();
    restorer.stride_ = clean.stride();
    restorer.clean_ = even.size();
    restorer.padded_clean_ = sim::padded_floats(even.size());
    restorer.zeros_.assign(std::max(restorer.stride_, restorer.padded_clean_), 0.0F);
    std::vector<double> sums(restorer.stride_, 0.0);
    for (const std::uint32_t i : even) {
        for (std::size_t v = 0; v < restorer.values_; ++v) {
            sums[v] += static_cast<double>(clean.sample(i)[v]);
        }
    }
    restorer.mean_.assign(restorer.stride_, 0.0F);
    std::ranges::transform(sums, restorer.mean_.begin(),
                           [&](double sum) { return static_cast<float>(sum / static_cast<double>(even.size())); });

    sim::SampleBlock fitted;
    fitted.take(clean, even);
    const Floats rows = restorer.centred(fitted, 0, fitted.count());
    Floats transposed(restorer.values_ * restorer.padded_clean_, 0.0F);
    for (std::size_t i = 0; i < even.size(); ++i) {
        for (std::size_t v = 0; v < restorer.values_; ++v) {
            transposed[v * restorer.padded_clean_ + i] = rows[i * restorer.stride_ + v];
        }
    }
    Floats in_floats(even.size() * restorer.padded_clean_, 0.0F);
    fl::fused::linear_forward({rows.data(), restorer.stride_}, even.size(), rows.data(), restorer.stride_, even.size(),
                              restorer.zeros_.data(), false, {in_floats.data(), restorer.padded_clean_});
    std::vector<double> products(even.size() * even.size());
    double trace = 0.0;
    for (std::size_t i = 0; i < even.size(); ++i) {
        for (std::size_t j = 0; j < even.size(); ++j) {
            products[i * even.size() + j] = static_cast<double>(in_floats[i * restorer.padded_clean_ + j]);
        }
        trace += products[i * even.size() + i];
    }
    if (!std::isfinite(trace) || !(trace > 0.0)) {
        return std::nullopt;
    }
    restorer.test_ = restorer.projection(products, transposed, test_strength);
    restorer.below_ = restorer.projection(products, transposed, restoring_strength);

    sim::SampleBlock others;
    others.take(clean, odd);
    std::vector<double> unexplained = restorer.unexplained(others);
    if (!std::ranges::all_of(unexplained, [](double value) { return std::isfinite(value); })) {
        return std::nullopt;
    }
    restorer.threshold_ = CleanThreshold{std::move(unexplained)};
    const Floats compared = restorer.centred(others, 0, others.count());
    const Floats below = restorer.projected(restorer.below_, compared);
    std::vector<double> squares(restorer.values_, 0.0);
    double all = 0.0;
    for (std::size_t i = 0; i < odd.size(); ++i) {
        for (std::size_t v = 0; v < restorer.values_; ++v) {
            const double off = static_cast<double>(compared[i * restorer.stride_ + v]) -
                               static_cast<double>(below[i * restorer.stride_ + v]);
            squares[v] += off * off;
            all += off * off;
        }
    }
    const double least = least_variance * all / static_cast<double>(restorer.values_);
    restorer.inverse_variance_.assign(restorer.stride_, 0.0F);
    if (least > 0.0) {
        for (std::size_t v = 0; v < restorer.values_; ++v) {
            restorer.inverse_variance_[v] =
                static_cast<float>(static_cast<double>(odd.size()) / std::max(squares[v], least));
        }
    }
    return restorer;
}

Restorer::Projection Restorer::projection(const std::vector<double>& products, const Floats& transposed,
                                          double strength) const {
    std::vector<double> factor = products;
    double trace = 0.0;
    for (std::size_t i = 0; i < clean_; ++i) {
        trace += products[i * clean_ + i];
    }
    for (std::size_t i = 0; i < clean_; ++i) {
        factor[i * clean_ + i] += strength * trace / static_cast<double>(clean_);
    }
    factorise(factor, clean_);
    // L^-1, column by column: entry (i, j) is that of row i.
    std::vector<double> inverse(clean_ * clean_, 0.0);
    for (std::size_t i = 0; i < clean_; ++i) {
        double* const row = &inverse[i * clean_];
        row[i] = 1.0;
        for (std::size_t k = 0; k < i; ++k) {
            const double scale = factor[i * clean_ + k];
            for (std::size_t j = 0; j <= k; ++j) {
                row[j] -= scale * inverse[k * clean_ + j];
            }
        }
        for (std::size_t j = 0; j <= i; ++j) {
            row[j] /= factor[i * clean_ + i];
        }
    }
    Floats weight(clean_ * padded_clean_, 0.0F);
    for (std::size_t i = 0; i < clean_; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            weight[i * padded_clean_ + j] = static_cast<float>(inverse[i * clean_ + j]);
        }
    }
    Projection made{.rows = Floats(clean_ * stride_, 0.0F), .columns = Floats(values_ * padded_clean_, 0.0F)};
    fl::fused::linear_forward({transposed.data(), padded_clean_}, values_, weight.data(), padded_clean_, clean_,
                              zeros_.data(), false, {made.columns.data(), padded_clean_});
    for (std::size_t i = 0; i < clean_; ++i) {
        for (std::size_t v = 0; v < values_; ++v) {
            made.rows[i * stride_ + v] = made.columns[v * padded_clean_ + i];
        }
    }
    return made;
}

Restorer::Floats Restorer::centred(const sim::SampleBlock& samples, std::size_t first, std::size_t count) const {
    Floats rows(count * stride_, 0.0F);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t v = 0; v < values_; ++v) {
            rows[i * stride_ + v] = samples.sample(first + i)[v] - mean_[v];
        }
    }
    return rows;
}

Restorer::Floats Restorer::coordinates(const Projection& on, const Floats& rows) const {
    const std::size_t count = rows.size() / stride_;
    Floats coordinates(count * padded_clean_, 0.0F);
    fl::fused::linear_forward({rows.data(), stride_}, count, on.rows.data(), stride_, clean_, zeros_.data(), false,
                              {coordinates.data(), padded_clean_});
    return coordinates;
}

Restorer::Floats Restorer::projected(const Projection& on, const Floats& rows) const {
    const Floats along = coordinates(on, rows);
    const std::size_t count = rows.size() / stride_;
    Floats projected(count * stride_, 0.0F);
    fl::fused::linear_forward({along.data(), padded_clean_}, count, on.columns.data(), padded_clean_, values_,
                              zeros_.data(), false, {projected.data(), stride_});
    return projected;
}

std::vector<double> Restorer::unexplained(const sim::SampleBlock& samples) const {
    const auto square = [](std::span<const float> row) {
        double sum = 0.0;
        for (const float value : row) {
            sum += static_cast<double>(value) * static_cast<double>(value);
        }
        return sum;
    };
    std::vector<double> all;
    for (std::size_t first = 0; first < samples.count(); first += together) {
        const std::size_t count = std::min(together, samples.count() - first);
        const Floats rows = centred(samples, first, count);
        const Floats along = coordinates(test_, rows);
        for (std::size_t i = 0; i < count; ++i) {
            all.push_back(square(std::span{rows}.subspan(i * stride_, stride_)) -
                          square(std::span{along}.subspan(i * padded_clean_, padded_clean_)));
        }
    }
    return all;
}

std::vector<std::uint8_t> Restorer::flags(const sim::SampleBlock& samples) const {
    sim::expects(samples.count() == 0 || samples.shape().size() == values_, "samples as those of the fit");
    std::vector<std::uint8_t> flags;
    for (const double value : unexplained(samples)) {
        flags.push_back(threshold_.is_exceeded_by(value) ? 1 : 0);
    }
    return flags;
}

void Restorer::restore(sim::SampleBlock& samples) const {
    sim::expects(samples.count() == 0 || samples.shape().size() == values_, "samples as those of the fit");
    for (std::size_t first = 0; first < samples.count(); first += together) {
        const std::size_t count = std::min(together, samples.count() - first);
        const Floats rows = centred(samples, first, count);
        Floats restored = rows;
        for (int round = 0; round < rounds; ++round) {
            const Floats below = projected(below_, restored);
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t at = i * stride_;
                replace_outliers(&rows[at], &below[at], inverse_variance_.data(), &restored[at], stride_);
            }
        }
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t v = 0; v < values_; ++v) {
                samples.sample(first + i)[v] = restored[i * stride_ + v] + mean_[v];
            }
        }
    }
}

double Restorer::multiplications(std::size_t values, std::size_t clean) {
    return 2.0 * rounds * static_cast<double>(values) * static_cast<double>(clean);
}

}  // namespace mlaasim::tta
