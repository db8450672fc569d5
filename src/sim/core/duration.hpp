// Spans of time as people write them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace mlaasim::sim {

/// Reads "90s", "55m", "2h", "1d", "1h30m", "1:30:00" (hours, minutes, seconds) or "1-12:00:00" (days before them).
/// Throws InputError, which names `option`, for anything else, for no time at all, and for more than 365 days.
[[nodiscard]] std::chrono::seconds duration_from(std::string_view text, std::string_view option);

/// "1:30:00", or "1-12:00:00" from a day on: as Slurm takes and shows times.
[[nodiscard]] std::string clock_text(std::chrono::seconds duration);

}  // namespace mlaasim::sim
