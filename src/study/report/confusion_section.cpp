#include <fmt/format.h>

#include "study/quantity_text.hpp"
#include "study/report/confusion_figure.hpp"
#include "study/report/html_table.hpp"
#include "study/report/sections.hpp"

namespace mlaasim::study {
namespace {

constexpr std::size_t most_listed_mistakes = 20;

Markup table_of(const ConfusionMatrix& matrix) {
    HtmlTable table{{"label", "answer", "samples", "of the label's"}};
    for (const Answered& mistake : most_frequent_mistakes(matrix, most_listed_mistakes)) {
        table.add({std::to_string(mistake.truth), std::to_string(mistake.predicted), std::to_string(mistake.samples),
                   percent_text(matrix.share(mistake))});
    }
    return table.empty()
               ? Markup{}
               : foldable(fmt::format("The most frequent mistakes of round {}", matrix.round), table.markup());
}

}  // namespace

Markup confusion_section(const RunView& run) {
    const std::vector<ConfusionMatrix> matrices = confusion_matrices(run.trace.confusion);
    if (matrices.empty()) {
        return {};
    }
    return section("confusion", "Confusion matrix",
                   "All clients together, before the round's own response. The colour is the share of the label's "
                   "samples; framed cells are right answers.",
                   draw(matrices) + table_of(matrices.back()));
}

}  // namespace mlaasim::study
