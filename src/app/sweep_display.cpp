#include "app/sweep_display.hpp"

#include <fmt/core.h>

#include <cstdio>

#include "app/progress_text.hpp"
#include "app/terminal.hpp"

namespace mlaasim::app {

std::optional<double> seconds_left(const study::SweepProgress& at_start, const study::SweepProgress& now,
                                   double seconds) {
    const auto played = static_cast<double>(now.rounds_done - at_start.rounds_done);
    if (played <= 0.0) {
        return std::nullopt;
    }
    return seconds * static_cast<double>(now.rounds - now.rounds_done) / played;
}

std::string sweep_words(const study::SweepProgress& progress, std::optional<double> left) {
    std::string words =
        fmt::format("{} of {} points, {} running", progress.complete, progress.points, progress.running);
    if (progress.failed > 0) {
        words += fmt::format(", {} failed", progress.failed);
    }
    return words + fmt::format(", ETA {}", left ? duration_text(*left) : "...");
}

SweepDisplay::SweepDisplay() : terminal_{on_terminal()} {}

SweepDisplay::~SweepDisplay() { clear_bar(); }

void SweepDisplay::begin(const study::SweepProgress& progress) {
    at_start_ = progress;
    if (progress.complete > 0) {
        fmt::print("{} of {} points were complete before\n", progress.complete, progress.points);
    }
    moved(progress);
}

void SweepDisplay::ended(const study::StoredPoint& point, const study::PointEnd& end,
                         const study::SweepProgress& progress) {
    clear_bar();
    const std::string how = end.state == study::PointState::running  ? "played by another process"
                            : end.state == study::PointState::failed ? "failed: " + end.failure
                                                                     : std::string{study::word_of(end.state)};
    fmt::print("point {} ({}): {}, {:.1f} s\n", point.index, point.name, how, end.seconds);
    std::fflush(stdout);
    moved(progress);
}

void SweepDisplay::moved(const study::SweepProgress& progress) {
    if (!terminal_) {
        return;
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start_;
    const double done =
        progress.rounds > 0 ? static_cast<double>(progress.rounds_done) / static_cast<double>(progress.rounds) : 1.0;
    fmt::print("\r{}\x1b[K", bar_text(done, sweep_words(progress, seconds_left(at_start_, progress, seconds.count()))));
    std::fflush(stdout);
}

void SweepDisplay::stopping() {
    clear_bar();
    fmt::print(stderr, "mlaasim: stopping: the points that run finish their round and commit it{}\n",
               terminal_ ? "; press Ctrl-C again to stop at once" : "");
}

void SweepDisplay::clear_bar() const {
    if (terminal_) {
        fmt::print("\r\x1b[K");
        std::fflush(stdout);
    }
}

}  // namespace mlaasim::app
