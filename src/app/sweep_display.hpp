// What `mlaasim sweep` prints while it plays: a bar over all points on a terminal, a line a point elsewhere.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "study/runner.hpp"

namespace mlaasim::app {

/// How long the rest takes at the speed so far: rounds that were played, in this process, by all children together.
/// Nothing as long as no round is done.
[[nodiscard]] std::optional<double> seconds_left(const study::SweepProgress& at_start, const study::SweepProgress& now,
                                                 double seconds);

/// "12 of 40 points, 3 running, 1 failed, ETA 1:05"
[[nodiscard]] std::string sweep_words(const study::SweepProgress& progress, std::optional<double> left);

class SweepDisplay final : public study::SweepObserver {
public:
    SweepDisplay();
    ~SweepDisplay() override;
    SweepDisplay(const SweepDisplay&) = delete;
    SweepDisplay& operator=(const SweepDisplay&) = delete;

    void begin(const study::SweepProgress& progress) override;
    void ended(const study::StoredPoint& point, const study::PointEnd& end,
               const study::SweepProgress& progress) override;
    void moved(const study::SweepProgress& progress) override;
    [[nodiscard]] bool wants_rounds() const override { return terminal_; }
    void stopping() override;

private:
    void clear_bar() const;

    bool terminal_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    study::SweepProgress at_start_;
};

}  // namespace mlaasim::app
