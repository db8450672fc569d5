#include "study/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "sim/core/durable_files.hpp"
#include "sim/core/error.hpp"
#include "sim/core/regular_file.hpp"
#include "sim/storage/output_folder.hpp"
#include "study/child_process.hpp"
#include "study/whole_file.hpp"

namespace mlaasim::study {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t lines_of_a_failure = 12;
constexpr std::size_t longest_scenario = std::size_t{1} << 24U;
constexpr auto between_looks = std::chrono::milliseconds{500};

bool holds_text(const std::filesystem::path& file, const std::string& text) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(file, ignored) &&
           sim::read_regular_file(file, longest_scenario, {.subject = "the point's scenario"}) == text;
}

std::string exit_text(int code) {
    constexpr int not_started = 127;
    if (code == not_started) {
        return "the program can't be started";
    }
    return code > 128 ? fmt::format("ended by signal {}", code - 128) : fmt::format("exit code {}", code);
}

class Player {
public:
    Player(const SweepOrder& order, const StopSignals& signals, SweepObserver& observer)
        : order_{order}, signals_{signals}, observer_{observer} {}

    SweepOutcome play() {
        look_at_all();
        observer_.begin(progress());
        while (outcome_.killed_by == 0 && (!running_.empty() || may_start())) {
            while (running_.size() < order_.jobs && may_start()) {
                const auto chosen = next_in_time();
                std::rotate(queue_.begin() + next_, chosen, chosen + 1);
                start(*queue_[static_cast<std::size_t>(next_++)]);
            }
            take_signals(running_.empty() ? std::chrono::milliseconds{0} : between_looks);
            reap();
            if (observer_.wants_rounds()) {
                observer_.moved(progress());
            }
        }
        outcome_.out_of_time =
            order_.end.has_value() && !outcome_.stopped && (next_ < std::ssize(queue_) || outcome_.interrupted > 0);
        return std::move(outcome_);
    }

private:
    struct Running {
        const StoredPoint* point;
        ChildProcess child;
        Clock::time_point started;
        std::int64_t round;  ///< the last that was committed then
    };

    /// Until SweepOrder::end; not below 0.
    [[nodiscard]] std::chrono::seconds time_left() const {
        const auto left = std::chrono::floor<std::chrono::seconds>(*order_.end - Clock::now());
        return std::max(left, std::chrono::seconds{0});
    }

    [[nodiscard]] bool may_start() { return !outcome_.stopped && next_in_time() != queue_.end(); }

    /// The first point of those left that has time for a round.
    [[nodiscard]] std::vector<const StoredPoint*>::iterator next_in_time() {
        return std::find_if(queue_.begin() + next_, queue_.end(), [&](const StoredPoint* point) {
            return !order_.end || static_cast<double>(time_left().count()) >= needed_by(*point);
        });
    }

    /// Seconds without which a point is not begun.
    [[nodiscard]] double needed_by(const StoredPoint& point) const {
        const auto own = round_seconds_.find(point.setting);
        const auto shortest =
            std::ranges::min_element(round_seconds_, {}, [](const auto& entry) { return entry.second; });
        const double measured = own != round_seconds_.end()        ? own->second
                                : shortest != round_seconds_.end() ? shortest->second
                                                                   : 0.0;
        return std::max(1.0, measured);
    }

    /// A point has played `rounds` rounds in `seconds`, its start among them.
    void keep_round_time(const StoredPoint& point, double seconds, std::int64_t rounds) {
        if (rounds > 0) {
            double& longest = round_seconds_[point.setting];
            longest = std::max(longest, seconds / static_cast<double>(rounds));
        }
    }

    void look_at_all() {
        for (const StoredPoint& point : order_.points) {
            total_.rounds += point.rounds;
            const PointStatus status = status_of(order_.folder, point);
            if (status.state == PointState::complete) {
                ++total_.complete;
                total_.rounds_done += point.rounds;
            } else if (status.state == PointState::running) {
                ++outcome_.elsewhere;
            } else {
                queue_.push_back(&point);
            }
        }
        total_.points = order_.points.size();
    }

    [[nodiscard]] SweepProgress progress() const {
        SweepProgress now = total_;
        now.running = running_.size();
        for (const Running& run : running_) {
            now.rounds_done += observer_.wants_rounds() ? status_of(order_.folder, *run.point).round : 0;
        }
        return now;
    }

    void start(const StoredPoint& point) {
        const auto started = Clock::now();
        try {
            const std::filesystem::path folder = folder_of(order_.folder, point);
            const std::filesystem::path scenario = folder / "scenario.yaml";
            sim::make_output_folder(folder);
            const std::string text = order_.scenario_of(point);
            if (!holds_text(scenario, text)) {
                write_whole_file(scenario, text);
            }
            sim::remove_file(failure_of(order_.folder, point));
            ChildCommand command{.words = order_.program, .log = log_of(order_.folder, point)};
            command.words.insert(command.words.end(), {scenario.string(), "--resume", "--output", folder.string()});
            command.words.insert(command.words.end(), order_.arguments.begin(), order_.arguments.end());
            if (order_.end) {
                // Writing the scenario may have taken the last second.
                const auto seconds = std::max<std::int64_t>(time_left().count(), 1);
                command.words.insert(command.words.end(), {"--max-time", fmt::format("{}s", seconds)});
            }
            const std::int64_t round = order_.end ? status_of(order_.folder, point).round : 0;
            running_.push_back({&point, ChildProcess{command}, started, round});
        } catch (const sim::InputError& error) {
            fail(point, {.state = PointState::failed, .failure = error.what()});
        }
    }

    void take_signals(std::chrono::milliseconds longest) {
        for (int signal = signals_.wait(longest); signal != 0; signal = signals_.wait(std::chrono::milliseconds{0})) {
            if (signal == SIGCHLD) {
                continue;
            }
            if (outcome_.stopped && signal == SIGINT) {
                outcome_.killed_by = signal;
                running_.clear();
                return;
            }
            if (!outcome_.stopped) {
                observer_.stopping();
            }
            outcome_.stopped = true;
            for (Running& run : running_) {
                // A terminal sends SIGINT to the children, too, and their second SIGINT would end them at once.
                run.child.signal(SIGTERM);
            }
        }
    }

    void reap() {
        std::vector<Running> still;
        std::vector<std::pair<Running, int>> ended;
        for (Running& run : running_) {
            if (const std::optional<int> code = run.child.ended()) {
                ended.emplace_back(std::move(run), *code);
            } else {
                still.push_back(std::move(run));
            }
        }
        running_ = std::move(still);
        for (const auto& [run, code] : ended) {
            judge(run, code);
        }
    }

    void judge(const Running& run, int code) {
        constexpr int stopped = static_cast<int>(sim::ExitCode::stopped);
        const StoredPoint& point = *run.point;
        const double seconds = std::chrono::duration<double>(Clock::now() - run.started).count();
        const PointStatus status = status_of(order_.folder, point);
        keep_round_time(point, seconds, status.round - run.round);
        if (code == 0 && status.state == PointState::complete) {
            ++total_.complete;
            total_.rounds_done += point.rounds;
            tell(point, {.state = PointState::complete, .seconds = seconds});
        } else if (status.state == PointState::running) {
            ++outcome_.elsewhere;
            tell(point, {.state = PointState::running, .seconds = seconds});
        } else if (code == stopped || (outcome_.stopped && (code == 128 + SIGTERM || code == 128 + SIGINT))) {
            // A signal to a whole group of processes may reach a point before it reaches this one.
            ++outcome_.interrupted;
            tell(point, {.state = PointState::interrupted, .seconds = seconds});
        } else {
            fail(point, {.state = PointState::failed,
                         .seconds = seconds,
                         .failure = code == 0 ? "ended before its last round" : exit_text(code),
                         .last_lines = last_lines(log_of(order_.folder, point), lines_of_a_failure)});
        }
    }

    void fail(const StoredPoint& point, PointEnd end) {
        std::string text = end.failure + "\n";
        for (const std::string& line : end.last_lines) {
            text += line + "\n";
        }
        try {
            write_whole_file(failure_of(order_.folder, point), text);
        } catch (const sim::InputError& error) {
            // The disk may be full: the failure is told at the end all the same.
            end.last_lines.emplace_back(error.what());
        }
        ++total_.failed;
        outcome_.failed.push_back({point, end});
        tell(point, end);
    }

    void tell(const StoredPoint& point, const PointEnd& end) { observer_.ended(point, end, progress()); }

    const SweepOrder& order_;
    const StopSignals& signals_;
    SweepObserver& observer_;
    SweepProgress total_;
    std::vector<const StoredPoint*> queue_;
    std::ptrdiff_t next_ = 0;                      ///< what is before it was begun
    std::map<std::string, double> round_seconds_;  ///< the longest mean of a round, by setting
    std::vector<Running> running_;
    SweepOutcome outcome_;
};

}  // namespace

SweepOutcome play(const SweepOrder& order, const StopSignals& signals, SweepObserver& observer) {
    return Player{order, signals, observer}.play();
}

}  // namespace mlaasim::study
