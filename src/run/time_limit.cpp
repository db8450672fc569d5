#include "run/time_limit.hpp"

#include <algorithm>
#include <cstddef>

namespace mlaasim::run {
namespace {

using Duration = TimeLimit::Duration;

void keep_longest(std::optional<Duration>& longest, Duration time) {
    longest = std::max(longest.value_or(Duration{0}), time);
}

}  // namespace

void TimeLimit::round_took(RoundKind kind, Duration time) {
    keep_longest(rounds_[static_cast<std::size_t>(kind)], time);
}

void TimeLimit::commit_took(Duration time) { keep_longest(commit_, time); }

Duration TimeLimit::round(RoundKind kind) const {
    const std::optional<Duration>& own = rounds_[static_cast<std::size_t>(kind)];
    return own ? *own : std::max(rounds_[0].value_or(Duration{0}), rounds_[1].value_or(Duration{0}));
}

}  // namespace mlaasim::run
