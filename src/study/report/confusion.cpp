#include "study/report/confusion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "study/quantity_text.hpp"

namespace mlaasim::study {

double ConfusionMatrix::share(const Answered& cell) const {
    const auto all = of_truth.find(cell.truth);
    return all == of_truth.end() || all->second <= 0
               ? 0.0
               : static_cast<double>(cell.samples) / static_cast<double>(all->second);
}

std::vector<ConfusionMatrix> confusion_matrices(std::span<const sim::ConfusionRecord> records) {
    std::map<std::uint32_t, ConfusionMatrix> by_round;
    for (const sim::ConfusionRecord& record : records) {
        ConfusionMatrix& matrix = by_round[record.round];
        matrix.round = record.round;
        matrix.cells.push_back({.truth = record.truth, .predicted = record.predicted, .samples = record.samples});
        matrix.of_truth[record.truth] += record.samples;
    }
    std::vector<ConfusionMatrix> matrices;
    for (auto& [round, matrix] : by_round) {
        matrices.push_back(std::move(matrix));
    }
    return matrices;
}

std::vector<Answered> most_frequent_mistakes(const ConfusionMatrix& matrix, std::size_t most) {
    std::vector<Answered> mistakes;
    std::ranges::copy_if(matrix.cells, std::back_inserter(mistakes),
                         [](const Answered& cell) { return !cell.is_right(); });
    std::ranges::stable_sort(mistakes, std::greater{}, &Answered::samples);
    mistakes.resize(std::min(most, mistakes.size()));
    return mistakes;
}

std::vector<std::uint32_t> classes_to_draw(std::span<const ConfusionMatrix> matrices, std::size_t most) {
    std::map<std::uint32_t, std::int64_t> wrong;  // of the last matrix, by class
    for (const ConfusionMatrix& matrix : matrices) {
        for (const Answered& cell : matrix.cells) {
            const bool counts = !cell.is_right() && &matrix == &matrices.back();
            wrong[cell.truth] += counts ? cell.samples : 0;
            wrong[cell.predicted] += counts ? cell.samples : 0;
        }
    }
    std::vector<std::pair<std::int64_t, std::uint32_t>> ordered;  // most wrong first, then by class
    for (const auto& [label, samples] : wrong) {
        ordered.emplace_back(-samples, label);
    }
    std::ranges::sort(ordered);
    ordered.resize(std::min(most, ordered.size()));
    std::vector<std::uint32_t> classes;
    std::ranges::transform(ordered, std::back_inserter(classes), [](const auto& entry) { return entry.second; });
    std::ranges::sort(classes);
    return classes;
}

std::string mistake_text(const ConfusionMatrix& matrix, const Answered& mistake) {
    return fmt::format("{} taken for {}: {} of {} ({})", mistake.truth, mistake.predicted, mistake.samples,
                       matrix.of_truth.at(mistake.truth), percent_text(matrix.share(mistake)));
}

}  // namespace mlaasim::study
