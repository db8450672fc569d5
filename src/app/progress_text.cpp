#include "app/progress_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "app/wrapped_text.hpp"
#include "sim/core/counted.hpp"

namespace mlaasim::app {
namespace {

constexpr std::size_t columns = 80;

std::string count_or_dash(std::uint32_t count, bool known) { return known ? std::to_string(count) : "-"; }

std::string loss_text(double loss) {
    return std::fabs(loss) < 1000.0 ? fmt::format("{:.4f}", loss) : fmt::format("{:.1e}", loss);
}

std::size_t round_width(const run::Scenario& scenario) {
    return std::max<std::size_t>(5, std::to_string(scenario.rounds).size());
}

/// Whether members are adapted at test time.
bool shows_adapted(const run::Scenario& scenario) {
    return scenario.responds() && scenario.adaptation.strategy->adapts_at_test_time();
}

/// Whether clients are served something else than the composition. A table of 80 columns has no room for both.
bool shows_plain(const run::Scenario& scenario) {
    return scenario.adaptation.serving->looks() && !shows_adapted(scenario);
}

std::string explained(std::string_view column, std::string_view meaning) {
    return fmt::format("  {:<8}  {}\n", column, meaning);
}

std::string columns_explained(const run::Scenario& scenario) {
    std::string text = explained("accuracy", "share of the clients' samples answered right");
    if (shows_plain(scenario)) {
        text += explained("plain", "the same if all clients got the composition as it is");
    }
    text += explained("trained", "members whose training was aggregated");
    text += explained("members", "of the composition when the round ends");
    text += explained(
        "weak", scenario.assessment->proves_harm() ? "members proven to harm" : "members that contribute too little");
    if (shows_adapted(scenario)) {
        text += explained("adapted", "members adapted at test time");
    }
    text += explained("replaced", "members replaced by other services");
    return text + explained("after", "accuracy on the same samples when the round ends");
}

}  // namespace

std::string progress_header(const run::Scenario& scenario, int ranks, Colour colour) {
    const std::string counts =
        fmt::format("{}, {}, {}, {}, {}", sim::counted(scenario.services.count, "service"),
                    sim::counted(scenario.initial_members(), "member"), sim::counted(scenario.clients.count, "client"),
                    sim::counted(scenario.rounds, "round"), sim::counted(ranks, "rank"));
    return wrapped(scenario.name + ": " + counts) + "\n" + columns_explained(scenario) +
           (colour == Colour::yes
                ? "            \x1b[32mgreen\x1b[0m: not lower than accuracy, \x1b[33myellow\x1b[0m: lower\n"
                : "") +
           "\n" +
           fmt::format("{:>{}} {:>8}{} {:>8} {:>8} {:>8} {:>8}{} {:>8} {:>8}\n", "round", round_width(scenario),
                       "accuracy", shows_plain(scenario) ? "    plain" : "", "loss", "trained", "members", "weak",
                       shows_adapted(scenario) ? "  adapted" : "", "replaced", "after");
}

std::string progress_row(const run::Scenario& scenario, const sim::RoundRecord& round, Colour colour) {
    const bool assessed = round.assessed > 0;
    const bool changed = round.adapted + round.replaced > 0 || round.adapted_accuracy != round.accuracy;
    const auto percent = [](double share) { return fmt::format("{:>6.2f} %", 100.0 * share); };
    std::string after = changed ? percent(round.adapted_accuracy) : fmt::format("{:>8}", "-");
    if (changed && colour == Colour::yes) {
        after = fmt::format("\x1b[{}m{}\x1b[0m", round.adapted_accuracy >= round.accuracy ? 32 : 33, after);
    }
    return fmt::format("{:>{}} {}{} {:>8} {:>8} {:>8} {:>8}{} {:>8} {}\n", round.round, round_width(scenario),
                       percent(round.accuracy), shows_plain(scenario) ? " " + percent(round.plain_accuracy) : "",
                       loss_text(round.loss), round.trained, round.members,
                       count_or_dash(round.underperforming, assessed),
                       shows_adapted(scenario) ? fmt::format(" {:>8}", count_or_dash(round.adapted, assessed)) : "",
                       count_or_dash(round.replaced, assessed), after);
}

std::string duration_text(double seconds) {
    constexpr double day = 24.0 * 3600.0;
    if (seconds >= 4.0 * day) {
        return fmt::format("{:.0f} days", seconds / day);
    }
    const auto whole = std::llround(seconds);
    return whole < 3600 ? fmt::format("{}:{:02}", whole / 60, whole % 60)
                        : fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string bar_text(const BarState& state) {
    std::string text = state.round == 0 ? "before round 1" : fmt::format("round {} of {}", state.round, state.rounds);
    if (!state.verb.empty()) {
        text += fmt::format(": {}/{} {}", state.services, state.of_services, state.verb);
    }
    text += fmt::format(", ETA {}", state.seconds_left ? duration_text(*state.seconds_left) : "...");
    return bar_text(state.done, text);
}

std::string bar_text(double done, const std::string& words) {
    // One column stays free: some terminals go to the next line after the last.
    const std::size_t room = columns - 1 - std::min(columns - 1, words.size());
    const std::size_t width = std::clamp<std::size_t>(room, 8, 33) - 3;
    const auto filled = static_cast<std::size_t>(std::clamp(done, 0.0, 1.0) * static_cast<double>(width));
    return fmt::format("[{}{}] {}", std::string(filled, '#'), std::string(width - filled, '.'), words);
}

}  // namespace mlaasim::app
