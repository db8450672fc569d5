#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "study/quantity_text.hpp"
#include "study/report/sections.hpp"
#include "study/report/story.hpp"

namespace mlaasim::study {
namespace {

Markup tiles_of(const RunView& run) {
    const std::vector<sim::RoundRecord>& rounds = run.trace.rounds;
    const auto best =
        std::max_element(rounds.begin(), rounds.end(),
                         [](const sim::RoundRecord& a, const sim::RoundRecord& b) { return a.accuracy < b.accuracy; });
    std::size_t replaced = 0;
    std::size_t adapted = 0;
    for (const RoundEvents& round : run.events) {
        replaced += round.replaced.size();
        adapted += round.adapted.size();
    }
    Markup tiles;
    tiles +=
        tile(percent_text(rounds.back().accuracy), fmt::format("right in round {}, the last", rounds.back().round));
    tiles += tile(percent_text(best->accuracy), fmt::format("at best, in round {}", best->round));
    tiles += tile(std::to_string(rounds.back().members), "members at the end");
    tiles += tile(std::to_string(replaced), "services replaced");
    tiles += tile(std::to_string(adapted), "adaptations at test time kept");
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
    const Markup tiles = run.trace.rounds.empty() ? Markup{} : tiles_of(run);
    return section(
        "overview", "The run in short",
        "\"Right\" is the share of the clients' samples that were answered right as they came in, before the "
        "round's own response.",
        tiles + element("ol", {{"class", "story"}}, story));
}

}  // namespace mlaasim::study
