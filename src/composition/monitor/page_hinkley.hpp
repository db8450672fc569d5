// Page-Hinkley: sums what values exceed their mean by, and compares the sum with its extreme.
#pragma once

#include "composition/monitor/detector.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

struct PageHinkleyOptions {
    std::int64_t grace = 30;     ///< values before the first comparison
    double delta = 0.005;        ///< change of the mean that is none
    double threshold = 50;       ///< lambda
    double forgetting = 0.9999;  ///< alpha: what is kept of a sum at each value
};
void declare(sim::OptionVisitor& visitor, PageHinkleyOptions& options);

/// Page, "Continuous inspection schemes", Biometrika 1954, with forgetting, on both sides. With the mean m_n of the n
/// values so far,
///
///     U_n = alpha U_n-1 + x_n - m_n - delta        rose when U_n - min U > lambda
///     D_n = alpha D_n-1 + x_n - m_n + delta        fell when max D - D_n > lambda
///
/// from the `grace`-th value on; max D is at least -1. It follows river.drift.PageHinkley (0.26).
class PageHinkley final : public Detector {
public:
    explicit PageHinkley(const PageHinkleyOptions& options) : options_{options} {}

    MeanChange watch(double value) override;
    [[nodiscard]] std::int64_t window() const override { return count_; }
    [[nodiscard]] double mean() const override { return mean_; }
    void archive(Archive& archive) override;

private:
    PageHinkleyOptions options_;
    bool changed_ = false;  ///< by the newest value
    std::int64_t count_ = 0;
    double mean_ = 0;
    double up_ = 0;
    double down_ = 0;
    double least_up_ = 0;
    double most_down_ = -1;
};

}  // namespace mlaasim::composition
