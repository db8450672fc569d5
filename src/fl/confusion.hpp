// What is counted when a model is evaluated, and the metrics made of the counts.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mlaasim::fl {

/// Accuracy, macro-averaged precision, recall and F1 (over the classes that occur in the labels), mean cross-entropy.
struct Metrics {
    double accuracy = 0.0;
    double precision = 0.0;
    double recall = 0.0;
    double f1 = 0.0;
    double loss = 0.0;
};

/// Confusion counts, row = true class, column = predicted class, and the sum of the losses.
class Confusion {
public:
    explicit Confusion(std::uint32_t classes) : classes_{classes}, counts_(std::size_t{classes} * classes) {}

    void add(std::uint32_t truth, std::uint32_t predicted, double loss) {
        ++counts_[truth * std::size_t{classes_} + predicted];
        loss_sum_ += loss;
    }
    /// Adds another's counts; losses are summed in the order of the calls.
    void add(const Confusion& other);

    [[nodiscard]] std::int64_t total() const;
    [[nodiscard]] std::int64_t correct() const;
    [[nodiscard]] Metrics metrics() const;

    [[nodiscard]] std::span<const std::int64_t> counts() const { return counts_; }
    [[nodiscard]] double loss_sum() const { return loss_sum_; }
    /// From counts and a loss sum that travelled between ranks.
    static Confusion from(std::uint32_t classes, std::span<const std::int64_t> counts, double loss_sum);

private:
    std::uint32_t classes_;
    std::vector<std::int64_t> counts_;
    double loss_sum_ = 0.0;
};

/// Metrics of all parts together; losses are summed in the parts' order.
[[nodiscard]] Metrics overall_metrics(std::span<const Confusion> parts, std::uint32_t classes);

}  // namespace mlaasim::fl
