// ADWIN: a window over the newest values that shrinks when its old part and its new part differ.
#pragma once

#include <vector>

#include "composition/monitor/detector.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

struct AdwinOptions {
    double delta = 0.002;      ///< confidence: the smaller, the fewer false alarms
    std::int64_t clock = 32;   ///< values from one search for a cut to the next
    std::int64_t buckets = 5;  ///< of one size that are kept before two of them become one
    std::int64_t part = 5;     ///< fewest values in either part of a cut
    std::int64_t grace = 10;   ///< values before the first search
};
void declare(sim::OptionVisitor& visitor, AdwinOptions& options);

/// ADWIN2 (Bifet and Gavalda, "Learning from time-changing data with adaptive windowing", SDM 2007). The window is an
/// exponential histogram: row r has at most `buckets` buckets, each with the sum and the sum of squared deviations of
/// 2^r values. Every `clock` values each border of two buckets is tried as a cut into W0 (old, n0 values) and W1 (new,
/// n1 values). With n = n0 + n1 values of variance v in all, and 1/m = 1/(n0 - part + 1) + 1/(n1 - part + 1),
///
///     |mean(W0) - mean(W1)| > sqrt(2/m v ln(2 ln(n)/delta)) + 2/(3m) ln(2 ln(n)/delta)
///
/// is a change; the oldest bucket goes, and the search begins again. It follows river.drift.ADWIN (0.26) to the last
/// bit, which also drops the rest of the window before the value that comes after a change. The change is a rise when
/// the first cut says so.
class Adwin final : public Detector {
public:
    explicit Adwin(const AdwinOptions& options) : options_{options} {}

    MeanChange watch(double value) override;
    [[nodiscard]] std::int64_t window() const override { return width_; }
    [[nodiscard]] double mean() const override { return width_ > 0 ? total_ / static_cast<double>(width_) : 0.0; }
    void archive(Archive& archive) override;

    /// Sum of the squared deviations of the window's values from their mean.
    [[nodiscard]] double squared_deviations() const { return deviations_; }

private:
    struct Bucket {
        double total = 0;
        double deviations = 0;
    };

    void insert(double value);
    void merge_full_rows();
    /// The first cut whose parts differ; none where no parts do.
    [[nodiscard]] MeanChange cut() const;
    [[nodiscard]] bool differ(double old_count, double new_count, double difference) const;
    void drop_oldest();
    void load(const std::vector<double>& state);

    AdwinOptions options_;
    bool changed_ = false;  ///< by the newest value
    std::int64_t values_ = 0;
    std::int64_t width_ = 0;
    double total_ = 0;
    double deviations_ = 0;
    std::vector<std::vector<Bucket>> rows_{1};  ///< by size; in a row the oldest first
};

}  // namespace mlaasim::composition
