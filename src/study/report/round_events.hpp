// What happened to whom, round by round.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "study/report/run_trace.hpp"

namespace mlaasim::study {

struct RoundEvents {
    std::uint32_t round = 0;
    std::vector<std::uint32_t> drifts_begun;  ///< numbers of the scenario's entries
    std::vector<std::uint32_t> drifts_ended;
    std::vector<std::uint32_t> outages;      ///< members that could not be reached
    std::vector<std::uint32_t> diverged;     ///< members and candidates whose update was refused
    std::vector<std::uint32_t> not_adapted;  ///< clients to whose samples no adaptation that can be used was found
    std::vector<std::uint32_t> weak;         ///< members that underperform
    std::vector<std::uint32_t> adapted;      ///< at test time, and kept
    std::vector<std::pair<std::uint32_t, std::uint32_t>> replaced;  ///< who left, and who came
    std::vector<std::uint32_t> integrated;                          ///< who came beside the members
    std::vector<std::uint32_t> removed;                             ///< who left without a substitute
    bool collapsed = false;                     ///< harm is proven, and nothing can be done about it
    std::string relaxation{};                   ///< the nearest option that would help then
    bool all_weak = false;                      ///< every member underperforms, so none can be replaced
    std::optional<std::uint32_t> only_class{};  ///< of all labelled samples, which were no evidence then
    bool alarm = false;                         ///< a detector found that the composition got worse

    /// Whether services were adapted, or others take part.
    [[nodiscard]] bool responded() const {
        return !adapted.empty() || !replaced.empty() || !integrated.empty() || !removed.empty();
    }
};

/// How many services the responses of several rounds concern.
struct Changes {
    std::int64_t replaced = 0;
    std::int64_t integrated = 0;
    std::int64_t removed = 0;
    std::int64_t adapted = 0;

    void include(const RoundEvents& round);
    /// "3 services replaced", "1 service taken in", ...; nothing of what did not happen.
    [[nodiscard]] std::vector<std::string> words() const;
};

/// One entry a round, from 0 to the last.
[[nodiscard]] std::vector<RoundEvents> round_events(const RunTrace& trace);

/// An entry of the scenario's drift schedule in words: "label_swap of services 2, 7 and 11".
[[nodiscard]] std::string drift_text(const RunTrace& trace, std::uint32_t entry);

/// When a drift was in force: from its first round to its last, which is the run's when it did not end.
struct DriftSpan {
    std::uint32_t entry = 0;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
};
[[nodiscard]] std::vector<DriftSpan> drift_spans(const std::vector<RoundEvents>& events);

/// The members before a round's response, in the order of their ids.
[[nodiscard]] std::vector<std::uint32_t> members_before(const RunTrace& trace, const std::vector<RoundEvents>& events,
                                                        std::uint32_t round);

/// Members after the last round, in the order of their ids.
[[nodiscard]] std::vector<std::uint32_t> members_at_the_end(const RunTrace& trace);

}  // namespace mlaasim::study
