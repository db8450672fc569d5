#include "app/progress.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "app/process.hpp"

namespace mlaasim::app {
namespace {

std::string duration_text(double seconds) {
    const auto whole = std::llround(seconds);
    return whole < 3600 ? fmt::format("{}:{:02}", whole / 60, whole % 60)
                        : fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string count_or_dash(std::uint32_t count, bool known) { return known ? std::to_string(count) : "-"; }

}  // namespace

ProgressDisplay::ProgressDisplay(const Scenario& scenario, int ranks, std::uint32_t first)
    : rounds_{scenario.rounds}, first_{first}, terminal_{on_terminal()}, colour_{wants_colour()} {
    fmt::print("{}: {} services, {} members, {} clients, {} rounds, {} {}\n\n", scenario.name, scenario.services.count,
               scenario.initial_members(), scenario.clients.count, scenario.rounds, ranks,
               ranks == 1 ? "rank" : "ranks");
    fmt::print("{:>5} {:>9} {:>7} {:>8} {:>9} {:>9} {:>8} {:>9} {:>9}\n", "round", "accuracy", "loss", "trained",
               "assessed", "underperf", "adapted", "replaced", "after");
    std::fflush(stdout);
    draw_bar(first);
}

ProgressDisplay::~ProgressDisplay() { clear_bar(); }

void ProgressDisplay::show(const sim::RoundRecord& round) {
    clear_bar();
    const bool assessed = round.assessed > 0;
    const bool changed = round.adapted + round.replaced > 0;
    std::string after = changed ? fmt::format("{:.2f} %", 100.0 * round.adapted_accuracy) : "-";
    after = fmt::format("{:>9}", after);
    if (changed && colour_) {
        after = fmt::format("\x1b[{}m{}\x1b[0m", round.adapted_accuracy >= round.accuracy ? 32 : 33, after);
    }
    fmt::print("{:>5} {:>7.2f} % {:>7.4f} {:>8} {:>9} {:>9} {:>8} {:>9} {}\n", round.round, 100.0 * round.accuracy,
               round.loss, fmt::format("{}/{}", round.trained, round.members), count_or_dash(round.assessed, assessed),
               count_or_dash(round.underperforming, assessed), count_or_dash(round.adapted, assessed),
               count_or_dash(round.replaced, assessed), after);
    std::fflush(stdout);
    draw_bar(round.round);
}

void ProgressDisplay::note(const std::string& line) {
    clear_bar();
    fmt::print("{}\n", line);
    std::fflush(stdout);
}

void ProgressDisplay::draw_bar(std::uint32_t done) {
    if (!terminal_) {
        return;
    }
    constexpr int width = 30;
    const auto rounds = static_cast<std::uint32_t>(rounds_);
    const int filled = static_cast<int>(width * done / std::max(1U, rounds));
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
    const std::string eta =
        done > first_ ? duration_text(elapsed.count() / (done - first_) * (rounds - done)) : std::string{"..."};
    fmt::print("\r[{}{}] {}/{} ETA {} ", std::string(static_cast<std::size_t>(filled), '#'),
               std::string(static_cast<std::size_t>(width - filled), '.'), done, rounds, eta);
    std::fflush(stdout);
}

void ProgressDisplay::clear_bar() const {
    if (terminal_) {
        fmt::print("\r\x1b[K");
        std::fflush(stdout);
    }
}

}  // namespace mlaasim::app
