#include "study/report/run_report.hpp"

#include <fmt/format.h>

#include "sim/core/counted.hpp"
#include "study/report/page.hpp"
#include "study/report/sections.hpp"

namespace mlaasim::study {

std::string report_of(const RunTrace& trace) {
    const RunView run = view_of(trace);
    Page page{.title = trace.name(),
              .subtitle = fmt::format("A run of mlaasim: {} of {}", sim::counted(trace.last_round(), "round"),
                                      trace.planned_rounds())};
    page.add("overview", "In short", overview_section(run));
    page.add("accuracy", "Accuracy", accuracy_section(run));
    page.add("members", "Members", members_section(run));
    page.add("contributions", "Contributions", contributions_section(run));
    page.add("selections", "Selections", selections_section(run));
    page.add("actions", "Changes", actions_section(run));
    page.add("serving", "Serving", serving_section(run));
    page.add("monitoring", "Watching", monitoring_section(run));
    page.add("requirements", "Requirements", requirements_section(run));
    page.add("clients", "Clients", clients_section(run));
    page.add("confusion", "Confusion", confusion_section(run));
    page.add("cost", "Cost", cost_section(run));
    page.add("time", "Time", time_section(run));
    page.add("scenario", "Scenario", provenance_section(run));
    return html_of(page);
}

}  // namespace mlaasim::study
