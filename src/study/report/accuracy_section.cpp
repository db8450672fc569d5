#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "study/quantity_text.hpp"
#include "study/report/html_table.hpp"
#include "study/report/sections.hpp"

namespace mlaasim::study {
namespace {

template <class Value>
std::vector<double> column(const RunTrace& trace, Value sim::RoundRecord::*value) {
    std::vector<double> values;
    std::transform(trace.rounds.begin(), trace.rounds.end(), std::back_inserter(values),
                   [&](const sim::RoundRecord& round) { return static_cast<double>(round.*value); });
    return values;
}

Markup rounds_table(const RunTrace& trace) {
    HtmlTable table{{"round", "right", "after the response", "precision", "recall", "F1", "loss", "training loss",
                     "members", "trained", "weak", "adapted", "replaced"}};
    for (const sim::RoundRecord& round : trace.rounds) {
        table.add({std::to_string(round.round), percent_text(round.accuracy), percent_text(round.adapted_accuracy),
                   percent_text(round.precision), percent_text(round.recall), percent_text(round.f1),
                   number_text(round.loss), number_text(round.train_loss), std::to_string(round.members),
                   std::to_string(round.trained), std::to_string(round.underperforming), std::to_string(round.adapted),
                   std::to_string(round.replaced)});
    }
    return foldable("All rounds as a table", table.markup());
}

}  // namespace

Markup accuracy_section(const RunView& run) {
    if (run.trace.rounds.empty()) {
        return {};
    }
    const RunTrace& trace = run.trace;
    const Markup accuracy =
        draw(LineChart{.id = "accuracy-chart",
                       .title = "Share of the clients' samples answered right",
                       .unit = Unit::share,
                       .x = run.rounds,
                       .lines = {{.label = "on the same samples, after the response",
                                  .colour = 2,
                                  .values = column(trace, &sim::RoundRecord::adapted_accuracy)},
                                 {.label = "right", .colour = 0, .values = column(trace, &sim::RoundRecord::accuracy)}},
                       .marks = run.marks});
    const Markup loss = draw(LineChart{
        .id = "loss-chart",
        .title = "Mean cross-entropy a sample, in nats",
        .from_zero = true,
        .x = run.rounds,
        .lines = {{.label = "loss of the clients", .colour = 0, .values = column(trace, &sim::RoundRecord::loss)},
                  {.label = "training loss of the members",
                   .colour = 1,
                   .values = column(trace, &sim::RoundRecord::train_loss)}},
        .marks = run.marks});
    return section("accuracy", "Accuracy and loss",
                   "Shaded: a drift is in force; darker: more than one. The marks at the bottom show rounds in which "
                   "services were replaced, taken in or let go, or "
                   "adapted at test time, and rounds in which members could not be reached.",
                   accuracy + loss + rounds_table(trace));
}

}  // namespace mlaasim::study
