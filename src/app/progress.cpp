#include "app/progress.hpp"

#include <fmt/core.h>

#include <cmath>
#include <cstdio>

#include "app/run_text.hpp"
#include "app/terminal.hpp"
#include "sim/core/printable.hpp"
#include "study/report/run_trace.hpp"

namespace mlaasim::app {
namespace {

constexpr double seconds_between_bars = 0.1;

}  // namespace

ProgressDisplay::ProgressDisplay(const run::World& world, int ranks, std::uint32_t first)
    : scenario_{world.scenario()},
      terminal_{on_terminal()},
      colour_{wants_colour() ? Colour::yes : Colour::no},
      time_left_{scenario_, terminal_ ? predict_work(world, ranks) : PredictedWork{}, first},
      bar_{.round = first, .rounds = scenario_.rounds} {
    fmt::print("{}", progress_header(scenario_, ranks, colour_));
    std::fflush(stdout);
}

ProgressDisplay::~ProgressDisplay() { clear_bar(); }

std::function<void(const run::TrainingProgress&)> ProgressDisplay::training_watcher() {
    if (!terminal_) {
        return {};
    }
    return [this](const run::TrainingProgress& progress) { training(progress); };
}

void ProgressDisplay::begin_round(std::uint32_t round) {
    time_left_.begin_round(round, now());
    bar_.round = round;
    draw_bar();
}

void ProgressDisplay::training(const run::TrainingProgress& progress) {
    const double moment = now();
    if (moment - drawn_ < seconds_between_bars && progress.share < 1.0) {
        return;
    }
    if (!progress.trial) {
        time_left_.trained(progress.share, moment);
    }
    bar_.verb = progress.trial ? "tried" : "trained";
    bar_.services = std::llround(progress.share * static_cast<double>(progress.services));
    bar_.of_services = progress.services;
    draw_bar();
}

void ProgressDisplay::end_advertising() {
    time_left_.end_round(now());
    bar_.verb = {};
}

void ProgressDisplay::end_round(const sim::RoundRecord& round) {
    time_left_.end_round(now());
    bar_.verb = {};
    clear_bar();
    fmt::print("{}", progress_row(scenario_, round, colour_));
    std::fflush(stdout);
}

void ProgressDisplay::end_run(const std::filesystem::path& trace) {
    if (scenario_.responds() || scenario_.adaptation.serving->looks()) {
        fmt::print("{}", ending_text(study::read_what_was_found(trace)));
    }
    note(fmt::format("\ntrace: {}", sim::escaped(trace.string())));
}

void ProgressDisplay::note(const std::string& line) {
    clear_bar();
    fmt::print("{}\n", line);
    std::fflush(stdout);
}

void ProgressDisplay::draw_bar() {
    if (!terminal_) {
        return;
    }
    drawn_ = now();
    bar_.done = time_left_.done();
    bar_.seconds_left = time_left_.seconds(drawn_);
    fmt::print("\r{}\x1b[K", bar_text(bar_));
    std::fflush(stdout);
}

void ProgressDisplay::clear_bar() const {
    if (terminal_) {
        fmt::print("\r\x1b[K");
        std::fflush(stdout);
    }
}

}  // namespace mlaasim::app
