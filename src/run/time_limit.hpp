// When a run has to stop so that it ends within the time that it may take (`--max-time`).
#pragma once

#include <array>
#include <chrono>
#include <optional>

namespace mlaasim::run {

/// A round that assesses takes longer than one that doesn't.
enum class RoundKind { plain, assessing };

/// Lives on rank 0, which decides for all. It reserves time for the next round and its commit, each as long as the
/// longest measured so far in this process; a round of a kind that was not played yet, as long as the longest of all.
class TimeLimit {
public:
    using Duration = std::chrono::steady_clock::duration;

    /// Without a limit there is always time.
    explicit TimeLimit(std::optional<Duration> limit) : limit_{limit} {}

    [[nodiscard]] bool exists() const { return limit_.has_value(); }
    /// False as long as the time of a commit is not known.
    [[nodiscard]] bool knows_commit() const { return commit_.has_value(); }

    void round_took(RoundKind kind, Duration time);
    void commit_took(Duration time);

    /// What is reserved for a round of this kind.
    [[nodiscard]] Duration round(RoundKind kind) const;
    /// What is reserved for its commit.
    [[nodiscard]] Duration commit() const { return commit_.value_or(Duration{0}); }
    /// Whether such a round and its commit end in time, `elapsed` after the start of the program.
    [[nodiscard]] bool leaves_time_for(RoundKind next, Duration elapsed) const {
        return !limit_.has_value() || elapsed + round(next) + commit() <= *limit_;
    }

private:
    std::optional<Duration> limit_;
    std::array<std::optional<Duration>, 2> rounds_{};  ///< by kind
    std::optional<Duration> commit_;
};

}  // namespace mlaasim::run
