#include "study/side_by_side_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/counted.hpp"
#include "study/quantity_text.hpp"
#include "study/report/html_table.hpp"
#include "study/report/line_chart.hpp"
#include "study/report/page.hpp"
#include "study/report/sections.hpp"

namespace mlaasim::study {
namespace {

constexpr std::size_t palette = 8;  ///< colours of a chart; further runs begin again

Markup paragraphs_of(const std::vector<std::string>& paragraphs) {
    Markup all;
    for (const std::string& words : paragraphs) {
        all += element("p", {}, words);
    }
    return all;
}

Markup runs_table(const SideBySide& compared) {
    HtmlTable table{{"", "run", "means of runs", "not finished"}};
    for (std::size_t i = 0; i < compared.runs.size(); ++i) {
        const RunSummary& run = compared.runs[i];
        table.add({letter_of(i), run.source, std::to_string(run.runs), std::to_string(run.unfinished)});
    }
    return table.markup();
}

Markup options_table(const std::vector<DifferingOption>& options) {
    HtmlTable table{{"option", "runs", "value"}};
    for (const DifferingOption& option : options) {
        for (const SharedValue& shared : shared_values(option)) {
            table.add({option.path, list_text(shared.letters), shared.value});
        }
    }
    constexpr std::size_t most_shown = 12;
    return options.size() <= most_shown ? table.markup()
                                        : foldable(fmt::format("{} options", options.size()), table.markup());
}

Markup quality_table(const SideBySide& compared) {
    HtmlTable table{
        {"", "rounds", "accuracy, last", "mean", "best", "in round", "loss, last", "mean", "best", "in round"}};
    for (std::size_t i = 0; i < compared.runs.size(); ++i) {
        const RunSummary& run = compared.runs[i];
        const BestRound accuracy = highest(run.accuracy);
        const BestRound loss = lowest(run.loss);
        table.add({letter_of(i), std::to_string(run.accuracy.size()), percent_text(run.accuracy.back()),
                   percent_text(mean_of(run.accuracy)), percent_text(accuracy.value), std::to_string(accuracy.round),
                   number_text(run.loss.back()), number_text(mean_of(run.loss)), number_text(loss.value),
                   std::to_string(loss.round)});
    }
    return table.markup();
}

Markup curves(const SideBySide& compared, const std::string& id, const std::string& title, Unit unit,
              std::vector<double> RunSummary::*curve) {
    std::size_t rounds = 0;
    for (const RunSummary& run : compared.runs) {
        rounds = std::max(rounds, (run.*curve).size());
    }
    LineChart chart{.id = id, .title = title, .unit = unit, .x = {}, .lines = {}};
    for (std::size_t round = 1; round <= rounds; ++round) {
        chart.x.push_back(static_cast<double>(round));
    }
    for (std::size_t i = 0; i < compared.runs.size(); ++i) {
        std::vector<double> values = compared.runs[i].*curve;
        values.resize(rounds, std::nan(""));
        chart.lines.push_back(
            {.label = letter_of(i), .colour = static_cast<int>(i % palette), .values = std::move(values)});
    }
    return draw(chart);
}

Markup cost_table(const SideBySide& compared) {
    HtmlTable table{
        {"", "replaced", "adapted", "modelled traffic", "modelled energy", "modelled time", "measured time"}};
    for (std::size_t i = 0; i < compared.runs.size(); ++i) {
        const RunSummary& run = compared.runs[i];
        table.add({letter_of(i), number_text(run.replaced), number_text(run.adapted), bytes_text(run.bytes),
                   energy_text(run.energy_j), seconds_text(run.modelled_s),
                   run.measured_s > 0.0 ? seconds_text(run.measured_s) : "-"});
    }
    return table.markup();
}

}  // namespace

std::string side_by_side_page(const SideBySide& compared, const std::vector<std::string>& worth) {
    const auto count = static_cast<std::int64_t>(compared.runs.size());
    Page page{.title = "Comparison", .subtitle = sim::counted(count, "run") + " of mlaasim side by side"};
    const auto add = [&](const char* id, const char* name, const std::string& introduction, const Markup& content) {
        if (!content.empty()) {
            page.contents.emplace_back(id, name);
            page.sections += section(id, name, introduction, content);
        }
    };
    add("worth", "Did adaptation help?", "", paragraphs_of(worth));
    add("runs", "Runs", "A letter stands for a run, or for the runs of a study that differ in their seed alone.",
        runs_table(compared));
    add("options", "Options in which they differ", "", options_table(compared.options));
    add("quality", "Accuracy and loss",
        "On the clients' samples as they came in, before the round's own response. The best round is that of the "
        "curve.",
        quality_table(compared) + curves(compared, "accuracy-of-runs", "Accuracy", Unit::share, &RunSummary::accuracy) +
            curves(compared, "loss-of-runs", "Loss", Unit::plain, &RunSummary::loss));
    add("cost", "Cost",
        "Traffic and energy are those of all trainings by the cost model of docs/qos.md; modelled time is the sum of "
        "the "
        "rounds' latencies. Measured time is that of all rounds on rank 0.",
        cost_table(compared));
    add("versions", "Also different", "Data, versions, libraries or instruction sets. Results may differ by that, too.",
        options_table(compared.versions));
    return html_of(page);
}

}  // namespace mlaasim::study
