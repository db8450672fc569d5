// The sections of a run's report, each in the file of its name. A section is empty when the run has nothing for it.
#pragma once

#include <string>
#include <vector>

#include "study/report/line_chart.hpp"
#include "study/report/markup.hpp"
#include "study/report/round_events.hpp"
#include "study/report/run_trace.hpp"

namespace mlaasim::study {

/// A run, and what is made of it once for all sections.
struct RunView {
    const RunTrace& trace;
    std::vector<RoundEvents> events;
    std::vector<ChartMark> marks;  ///< drift, outages, replacements and adaptations
    std::vector<double> rounds;    ///< 1, 2, 3, ...
};

[[nodiscard]] RunView view_of(const RunTrace& trace);

/// The story, and the figures that a reader looks for first.
[[nodiscard]] Markup overview_section(const RunView& run);
/// Accuracy and loss over rounds.
[[nodiscard]] Markup accuracy_section(const RunView& run);
/// Who was a member when, and the composition at the end.
[[nodiscard]] Markup members_section(const RunView& run);
/// Contribution scores beside the threshold.
[[nodiscard]] Markup contributions_section(const RunView& run);
/// Whom each round's selection considered, and why.
[[nodiscard]] Markup selections_section(const RunView& run);
/// Changes of the composition that were compared on labelled samples, and what the run used as evidence.
[[nodiscard]] Markup actions_section(const RunView& run);
/// How each client was served by its stream, and what that was worth.
[[nodiscard]] Markup serving_section(const RunView& run);
/// How far clients got what they require.
[[nodiscard]] Markup requirements_section(const RunView& run);
/// What the trigger watched, and when it let the strategy respond.
[[nodiscard]] Markup monitoring_section(const RunView& run);
/// What each client had.
[[nodiscard]] Markup clients_section(const RunView& run);
/// Which classes were taken for which.
[[nodiscard]] Markup confusion_section(const RunView& run);
/// Modelled cost.
[[nodiscard]] Markup cost_section(const RunView& run);
/// Measured time.
[[nodiscard]] Markup time_section(const RunView& run);
/// The scenario, and what computed the run.
[[nodiscard]] Markup provenance_section(const RunView& run);

/// A figure that readers look for first, and what it is.
[[nodiscard]] Markup tile(const std::string& value, const std::string& label);
/// <section> with a heading, and what it shows in a sentence or two.
[[nodiscard]] Markup section(const std::string& id, const std::string& title, const std::string& introduction,
                             const Markup& content);

}  // namespace mlaasim::study
