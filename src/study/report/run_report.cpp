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
    const auto add = [&](const char* id, const char* name, const Markup& section) {
        if (!section.empty()) {
            page.contents.emplace_back(id, name);
            page.sections += section;
        }
    };
    add("overview", "In short", overview_section(run));
    add("accuracy", "Accuracy", accuracy_section(run));
    add("members", "Members", members_section(run));
    add("contributions", "Contributions", contributions_section(run));
    add("selections", "Selections", selections_section(run));
    add("clients", "Clients", clients_section(run));
    add("cost", "Cost", cost_section(run));
    add("time", "Time", time_section(run));
    add("scenario", "Scenario", provenance_section(run));
    return html_of(page);
}

}  // namespace mlaasim::study
