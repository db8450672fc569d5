#include "app/watching.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <thread>

#include "sim/core/counted.hpp"
#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"
#include "sim/storage/records_of.hpp"
#include "study/damage.hpp"
#include "study/quantity_text.hpp"
#include "study/report/run_trace.hpp"
#include "study/study_folder.hpp"

namespace mlaasim::app {
namespace {

namespace fs = std::filesystem;

void pause(const Watching& watching) {
    std::fflush(stdout);
    std::this_thread::sleep_for(watching.pause);
}

std::string row_of(const sim::RoundRecord& round) {
    const bool assessed = round.assessed > 0;
    const auto count = [&](std::uint32_t number) { return assessed ? std::to_string(number) : std::string{"-"}; };
    return fmt::format("{:>7} {:>9} {:>8} {:>11} {:>6} {:>8} {:>9}\n", round.round, study::percent_text(round.accuracy),
                       study::number_text(round.loss), fmt::format("{}/{}", round.trained, round.members),
                       count(round.underperforming), count(round.adapted), count(round.replaced));
}

/// What was printed of a run so far.
class RunRows {
public:
    explicit RunRows(const fs::path& folder) : trace_{folder / "trace.h5"} {}

    /// Prints the rounds that are new. Another run may have taken the place of the one that was shown: it is shown from
    /// its first round on.
    void print_new() {
        std::error_code ignored;
        if (!fs::exists(trace_, ignored)) {
            return;
        }
        const std::vector<sim::RoundRecord> rounds =
            study::reading(trace_, [&] { return sim::records_of<sim::RoundRecord>(study::trace_in(trace_)); });
        if (planned_ == 0 || rounds.size() < printed_) {
            begin();
        }
        for (; printed_ < rounds.size(); ++printed_) {
            fmt::print("{}", row_of(rounds[printed_]));
        }
    }
    [[nodiscard]] bool has_trace() const { return planned_ > 0; }
    [[nodiscard]] bool complete() const { return has_trace() && printed_ >= planned_; }
    [[nodiscard]] std::string how_far() const { return fmt::format("round {} of {}", printed_, planned_); }

private:
    void begin() {
        const study::RunTrace trace = study::read_run_trace(trace_);
        planned_ = std::max<std::size_t>(1, trace.planned_rounds());
        printed_ = 0;
        fmt::print("{}: {}\n\n{:>7} {:>9} {:>8} {:>11} {:>6} {:>8} {:>9}\n", sim::escaped(trace.name()),
                   sim::counted(static_cast<std::int64_t>(planned_), "round"), "round", "right", "loss", "trained",
                   "weak", "adapted", "replaced");
    }

    fs::path trace_;
    std::size_t planned_ = 0;
    std::size_t printed_ = 0;
};

std::string words_of(const study::PointStatus& status, const study::StoredPoint& point) {
    switch (status.state) {
        case study::PointState::complete: return "complete";
        case study::PointState::failed: return "failed: " + sim::shown(status.failure);
        default: break;
    }
    return fmt::format("{}, round {} of {}", study::word_of(status.state), status.round, point.rounds);
}

bool is_over(study::PointState state) {
    return state == study::PointState::complete || state == study::PointState::failed;
}

/// How many points are in each state: "3 complete, 1 running and 8 missing".
std::string counts_of(const std::map<study::PointState, std::size_t>& counts) {
    std::vector<std::string> words;
    words.reserve(counts.size());
    for (const auto& [state, count] : counts) {
        words.push_back(fmt::format("{} {}", count, study::word_of(state)));
    }
    return study::list_text(words);
}

}  // namespace

void watch_run(const fs::path& folder, const Watching& watching) {
    RunRows rows{folder};
    for (;;) {
        // Asked first: what a run commits before it ends is read then.
        const bool played = study::is_played(folder);
        rows.print_new();
        if (!rows.has_trace() && !played) {
            throw sim::InputError({.file = folder.string(),
                                   .what = "there is no run in this folder",
                                   .expected = "the output folder of a run, or of a study",
                                   .hint = "start a run with --output " + folder.string()});
        }
        if (rows.complete()) {
            fmt::print("\nThe run is complete.\n");
            return;
        }
        if (!played) {
            fmt::print("\nThe run has stopped in {}; the same command with --resume goes on.\n", rows.how_far());
            return;
        }
        if (watching.once) {
            fmt::print("\n{}\n", rows.has_trace() ? "The run is in " + rows.how_far() + "."
                                                  : "The run has not committed a round yet.");
            return;
        }
        pause(watching);
    }
}

void watch_study(const fs::path& folder, const Watching& watching) {
    const study::StoredStudy study = study::read_study(folder);
    fmt::print("{}: {}\n\n", sim::escaped(study.name),
               sim::counted(static_cast<std::int64_t>(study.points.size()), "point"));
    std::map<std::string, study::PointState> told;
    for (int idle_looks = 0;;) {
        std::map<study::PointState, std::size_t> counts;
        for (const study::StoredPoint& point : study.points) {
            const auto known = told.find(point.name);
            const bool is_complete = known != told.end() && known->second == study::PointState::complete;
            const study::PointStatus status = is_complete ? study::PointStatus{.state = study::PointState::complete}
                                                          : study::status_of(folder, point);
            ++counts[status.state];
            const bool begun = status.state != study::PointState::missing;
            if (known == told.end() ? begun : known->second != status.state) {
                fmt::print("{}: {}\n", sim::escaped(point.name), words_of(status, point));
            }
            told.insert_or_assign(point.name, status.state);
        }
        const bool over =
            std::all_of(counts.begin(), counts.end(), [](const auto& entry) { return is_over(entry.first); });
        // Between two points nobody plays for a moment.
        idle_looks = counts.contains(study::PointState::running) ? 0 : idle_looks + 1;
        constexpr int most_idle_looks = 5;
        if (over || watching.once || idle_looks >= most_idle_looks) {
            fmt::print(
                "\n{}.{}\n", counts_of(counts),
                over || counts.contains(study::PointState::running) ? "" : " Nobody plays; mlaasim sweep goes on.");
            return;
        }
        pause(watching);
    }
}

}  // namespace mlaasim::app
