// Names the ranks that a collective operation waits for, when it waits long.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace mlaasim::sim {

/// When and how a rank that waits tells which ranks it waits for.
struct WaitNotice {
    std::string process{};                              ///< this one, "host:pid"
    std::chrono::milliseconds first{60'000};            ///< then after twice that time, four times, ...
    std::function<void(const std::string&)> tell = {};  ///< prints a line; called on one of the waiting ranks
};

/// "60 s", "4 min"
[[nodiscard]] std::string waiting_time(std::chrono::milliseconds time);

/// What waiting ranks send to each other.
struct WaitNote {
    enum class Kind : std::int64_t { question, answer } kind = Kind::question;
    std::int64_t quiet_ms = 0;  ///< of a question: the sender asks again after this time
};
static_assert(std::is_trivially_copyable_v<WaitNote>);

/// How notes travel. `send` does not wait for the receiver; `receive` gives the next note that has come, and its
/// sender.
struct WaitPost {
    std::function<void(int rank, const WaitNote& note)> send;
    std::function<std::optional<std::pair<int, WaitNote>>()> receive;
};

/// One rank's part in finding out who is missing.
///
/// A rank that computes can't answer, so the missing are found by who does answer. The rank whose wait first gets long
/// asks all others; those that wait too answer; those that do not are missing. Who was asked holds its own questions
/// back, so that one rank speaks. Nothing is sent before a wait is long: docs/decisions/0006-naming-missing-ranks.md
/// compares this with other ways.
class MissingRanks {
public:
    using Duration = std::chrono::steady_clock::duration;

    /// `processes`: the name of each rank's, by rank.
    MissingRanks(int rank, std::vector<std::string> processes, WaitNotice notice, WaitPost post);

    /// To be called when this rank begins to wait.
    void enter();
    /// To be called again and again while it waits. `step`: what the ranks do that it waits for.
    void wait(Duration so_far, const std::string& step);

private:
    void read(int sender, const WaitNote& note, Duration so_far);
    void ask(Duration so_far);
    void tell(const std::string& step);
    [[nodiscard]] bool asking() const { return !present_.empty(); }

    int rank_;
    std::vector<std::string> processes_;
    WaitNotice notice_;
    WaitPost post_;
    Duration attentive_after_;   ///< shorter waits look for no notes
    Duration time_to_answer_;    ///< between a question and its evaluation
    Duration turn_;              ///< ranks that entered together ask one after the other
    bool attentive_ = false;     ///< notes were read in the present wait
    Duration due_{};             ///< wait after which this rank asks
    Duration answers_until_{};   ///< wait after which it has its answers
    std::vector<bool> present_;  ///< by rank, while this rank asks; else empty
};

}  // namespace mlaasim::sim
