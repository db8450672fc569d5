// Which classes were taken for which, made of the trace's table `confusion`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sim/trace/records.hpp"

namespace mlaasim::study {

/// Samples of one class that were answered as one class.
struct Answered {
    std::uint32_t truth = 0;
    std::uint32_t predicted = 0;
    std::int64_t samples = 0;

    [[nodiscard]] bool is_right() const { return truth == predicted; }
    friend bool operator==(const Answered&, const Answered&) = default;
};

/// The confusion matrix of one round; cells of 0 samples are left out.
struct ConfusionMatrix {
    std::uint32_t round = 0;
    std::vector<Answered> cells;
    std::map<std::uint32_t, std::int64_t> of_truth;  ///< samples of each class that occurs as a label

    /// The share of the samples of its class.
    [[nodiscard]] double share(const Answered& cell) const;
};

/// One a round that has rows, in the order of rounds.
[[nodiscard]] std::vector<ConfusionMatrix> confusion_matrices(std::span<const sim::ConfusionRecord> records);

/// The mistakes with most samples, at most so many; of equal ones the lower classes first.
[[nodiscard]] std::vector<Answered> most_frequent_mistakes(const ConfusionMatrix& matrix, std::size_t most);

/// The classes that occur in any matrix, in order. When there are more than `most`: those with most samples that were
/// wrongly answered, or wrongly answered as this class, in the last matrix.
[[nodiscard]] std::vector<std::uint32_t> classes_to_draw(std::span<const ConfusionMatrix> matrices, std::size_t most);

/// "4 taken for 9: 12 of 98 (12.2 %)"
[[nodiscard]] std::string mistake_text(const ConfusionMatrix& matrix, const Answered& mistake);

}  // namespace mlaasim::study
