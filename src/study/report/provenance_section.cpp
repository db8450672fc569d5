#include <string>

#include "study/report/html_table.hpp"
#include "study/report/sections.hpp"

namespace mlaasim::study {

Markup provenance_section(const RunView& run) {
    const sim::TraceHeader& header = run.trace.header;
    HtmlTable table{{"what", "value"}};
    const auto add = [&](const std::string& what, const std::string& value) {
        table.add({element("td", {}, what), element("td", {{"class", "long"}}, value)});
    };
    add("mlaasim", header.program_version + " (commit " + header.git_commit + ")");
    add("schema of the trace", std::to_string(header.schema_version));
    add("libraries", header.library_versions);
    add("instruction set", header.instruction_set);
    add("data", header.data);
    add("seed", std::to_string(header.seed));
    add("digest of scenario and data", header.scenario_digest);
    const Markup scenario = element("pre", {}, element("code", {}, header.scenario_yaml));
    return section("scenario", "Scenario and versions",
                   "The scenario as the run resolved it, with every default written out, and what computed the run.",
                   foldable("The scenario", scenario) + table.markup());
}

}  // namespace mlaasim::study
