// The words of the progress display: rows of at most 80 columns, whatever the numbers are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "run/scenario.hpp"
#include "sim/trace/records.hpp"

namespace mlaasim::app {

enum class Colour : bool { no, yes };

/// What is played, and what the columns are.
[[nodiscard]] std::string progress_header(const run::Scenario& scenario, int ranks, Colour colour);

/// The row of a round.
[[nodiscard]] std::string progress_row(const run::Scenario& scenario, const sim::RoundRecord& round, Colour colour);

/// What the bar shows: where the run is.
struct BarState {
    std::uint32_t round = 0;
    std::int64_t rounds = 0;
    double done = 0.0;          ///< share of the run's work
    std::string_view verb{};    ///< of services: "trained", "tried"; empty outside of training
    std::int64_t services = 0;  ///< that this is done for
    std::int64_t of_services = 0;
    std::optional<double> seconds_left{};
};

/// "[####......] round 3 of 10: 12/20 trained, ETA 0:05"
[[nodiscard]] std::string bar_text(const BarState& state);

/// The same with other words behind it; `done` is a share.
[[nodiscard]] std::string bar_text(double done, const std::string& words);

/// "1:05", "2:10:00", "12 days"
[[nodiscard]] std::string duration_text(double seconds);

}  // namespace mlaasim::app
