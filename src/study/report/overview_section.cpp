#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "study/quantity_text.hpp"
#include "study/report/findings.hpp"
#include "study/report/sections.hpp"
#include "study/report/story.hpp"

namespace mlaasim::study {
namespace {

Markup tiles_of(const RunView& run) {
    const std::vector<sim::RoundRecord>& rounds = run.trace.rounds;
    const auto best =
        std::max_element(rounds.begin(), rounds.end(),
                         [](const sim::RoundRecord& a, const sim::RoundRecord& b) { return a.accuracy < b.accuracy; });
    Changes changes;
    for (const RoundEvents& round : run.events) {
        changes.include(round);
    }
    Markup tiles;
    tiles +=
        tile(percent_text(rounds.back().accuracy), fmt::format("right in round {}, the last", rounds.back().round));
    tiles += tile(percent_text(best->accuracy), fmt::format("at best, in round {}", best->round));
    tiles += tile(std::to_string(rounds.back().members), "members at the end");
    tiles += tile(std::to_string(changes.replaced), "services replaced");
    const auto add = [&](std::int64_t count, const char* label) {
        if (count > 0) {
            tiles += tile(std::to_string(count), label);
        }
    };
    add(changes.integrated, "services taken in");
    add(changes.removed, "services let go");
    add(changes.adapted, "adaptations at test time kept");
    return element("div", {{"class", "tiles"}}, tiles);
}

/// Numbers keep their per-cent signs at the ends of lines.
std::string unbroken(const std::string& line) { return std::regex_replace(line, std::regex{" %"}, "\u00a0%"); }

}  // namespace

Markup overview_section(const RunView& run) {
    Markup story;
    for (const std::string& line : story_of(run.trace, run.events)) {
        story += element("li", {}, unbroken(line));
    }
    Markup found;
    for (const Finding& finding : findings_of(run.trace, run.events)) {
        found += element("dt", {}, finding.title) + element("dd", {}, unbroken(finding.text));
    }
    const Markup tiles = run.trace.rounds.empty() ? Markup{} : tiles_of(run);
    return section(
        "overview", "The run in short",
        "\"Right\" is the share of the clients' samples that were answered right as they came in, before the "
        "round's own response.",
        tiles + (found.empty() ? found : element("dl", {{"class", "found"}}, found)) +
            element("ol", {{"class", "story"}}, story));
}

}  // namespace mlaasim::study
