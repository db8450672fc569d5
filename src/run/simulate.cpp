#include "run/simulate.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "fl/local_training.hpp"
#include "run/cluster.hpp"
#include "run/coordinator.hpp"
#include "run/failure.hpp"
#include "run/memory.hpp"
#include "run/process.hpp"
#include "run/recorder.hpp"
#include "run/time_limit.hpp"
#include "run/worker.hpp"
#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"

namespace mlaasim::run {
namespace {

namespace fs = std::filesystem;

using Clock = std::chrono::steady_clock;

sim::TimingRecord timing(std::uint32_t round, std::string_view phase, Clock::duration duration) {
    return {.round = round,
            .phase = phase,
            .seconds = std::chrono::duration<double>(duration).count(),
            .resident_mib = resident_mib()};
}

/// What rank 0 has. The other ranks are let go when it ends.
struct Lead {
    Lead(const Setup& setup, Worker& own_worker, const sim::Communicator& communicator)
        : worker{own_worker}, cluster{own_worker, communicator}, coordinator{*setup.world, cluster} {}

    Worker& worker;
    Cluster cluster;
    Coordinator coordinator;
    std::unique_ptr<Recorder> recorder{};
};

constexpr const char* by_signal = "by a signal";
constexpr const char* by_max_time = "by --max-time";

/// Whether a run waits for a commit after a round of this length, by the time of the last commit that was waited for.
/// Where it does, the user learns at once if the commit fails, and a kill loses no commit that was begun.
bool waits_for_commit(Clock::duration round, Clock::duration last_commit) {
    return round >= std::chrono::seconds{1} && last_commit <= round / 20;
}

int play_rounds(const RunRequest& request, const Setup& setup, Lead& lead, const sim::Communicator& communicator,
                const MakeObserver& make_observer) {
    auto& [worker, cluster, coordinator, held_recorder] = lead;
    Recorder& recorder = *held_recorder;
    const auto rounds = static_cast<std::uint32_t>(setup.scenario.rounds);
    const std::int64_t every = setup.scenario.checkpoint_every;
    sim::RowBuffer rows;
    const std::optional<sim::Checkpoint>& checkpoint = recorder.checkpoint();
    const std::uint32_t done = checkpoint.has_value() ? checkpoint->round.value() : 0;
    rows.append(timing(done, "mpi_init", request.mpi_start));
    rows.append(timing(done, "setup", Clock::now() - request.started - request.mpi_start));

    const auto collect_timing = [&] {
        for (const sim::TimingRecord& record : cluster.order(CollectTimingStep{})) {
            rows.append(record);
        }
    };
    TimeLimit limit{request.max_time};
    Clock::duration last_round{};
    Clock::duration last_commit{};
    const auto commit = [&](sim::Round round) {
        const auto start = Clock::now();
        // Before the checkpoint is made: it would be one more copy of the services' states.
        communicator.begin("end of the commit before");
        recorder.settle();
        communicator.begin(fmt::format("commit of round {}", round.value()));
        const auto begun = Clock::now();
        recorder.commit(rows, coordinator.checkpoint(round));
        // The time limit reserves a whole commit.
        if (limit.exists() || waits_for_commit(last_round, last_commit)) {
            recorder.settle();
        }
        if (!recorder.commit_under_way()) {
            last_commit = Clock::now() - begun;
        }
        rows.clear();
        const auto took = Clock::now() - start;
        limit.commit_took(took);
        rows.append(timing(round.value(), "commit", took));
    };

    const auto observer = make_observer(*setup.world, communicator.size(), checkpoint.has_value() ? done + 1 : 0);
    const TrainingWatch watch{worker, observer->training_watcher()};
    const auto kind_of = [&](std::uint32_t round) {
        return setup.scenario.assesses(sim::Round{round}) ? RoundKind::assessing : RoundKind::plain;
    };
    const auto time_is_up_before = [&](std::uint32_t round) {
        return !limit.leaves_time_for(kind_of(round), Clock::now() - request.started);
    };
    const auto leave_after = [&](std::uint32_t round, const char* why) {
        recorder.settle();
        observer->note(
            fmt::format("\nstopped {} after round {}; to continue, give the same command with --resume. "
                        "Trace: {}",
                        why, round, sim::escaped(recorder.file().string())));
        return static_cast<int>(sim::ExitCode::stopped);
    };
    if (checkpoint.has_value()) {
        coordinator.restore(*checkpoint);
        observer->note(done < rounds ? fmt::format("resumed after round {}", done)
                                     : std::string{"all rounds were done before: nothing to resume"});
        if (recorder.begun_by() != setup.header.git_commit) {
            observer->note(fmt::format("the trace was begun by commit {}, this is {}: results may differ",
                                       recorder.begun_by(), setup.header.git_commit));
        }
    } else {
        observer->begin_round(0);
        const bool published = coordinator.publish(rows);
        observer->end_advertising();
        collect_timing();
        const bool asked = cluster.order(VoteToStopStep{});
        if (published || asked) {
            commit(sim::Round{0});
        }
        if (asked) {
            return leave_after(0, by_signal);
        }
        if (published && time_is_up_before(1)) {
            return leave_after(0, by_max_time);
        }
    }
    for (std::uint32_t r = done + 1; r <= rounds; ++r) {
        const sim::Round round{r};
        const auto start = Clock::now();
        observer->begin_round(r);
        const sim::RoundRecord record = coordinator.play(round, rows);
        rows.append(timing(r, "round", Clock::now() - start));
        collect_timing();
        observer->end_round(record);
        const bool asked = cluster.order(VoteToStopStep{});
        last_round = Clock::now() - start;
        limit.round_took(kind_of(r), last_round);
        const bool measure = limit.exists() && !limit.knows_commit();
        const bool due = asked || measure || r % every == 0 || r == rounds || !recorder.has_trace();
        if (due) {
            commit(round);
        }
        if (asked && r < rounds) {
            return leave_after(r, by_signal);
        }
        if (r < rounds && time_is_up_before(r + 1)) {
            if (!due) {
                commit(round);
            }
            return leave_after(r, by_max_time);
        }
    }
    recorder.settle();
    observer->end_run(recorder.file());
    return static_cast<int>(sim::ExitCode::success);
}

/// Another error ends the run. A commit under way may have failed as well, for the same cause or for its own.
void report_commit_under_way(Recorder& recorder, const sim::Communicator& communicator) {
    if (!recorder.commit_under_way()) {
        return;
    }
    try {
        recorder.settle();
    } catch (const std::exception& error) {
        const std::string message = failure_of(error, "end of a commit").message;
        communicator.size() > 1 ? print_error_of_rank(communicator.rank(), message) : print_error(message);
    }
}

/// Rank 0: plays the rounds. Returns the exit code.
int coordinate(const RunRequest& request, const Setup& setup, Lead& lead, const sim::Communicator& communicator,
               const MakeObserver& make_observer) {
    try {
        return play_rounds(request, setup, lead, communicator, make_observer);
    } catch (const std::exception&) {
        report_commit_under_way(*lead.recorder, communicator);
        throw;
    }
}

}  // namespace

int simulate(const RunRequest& request_as_given, const sim::Communicator& communicator,
             const MakeObserver& make_observer) {
    fl::use_one_thread();
    watch_signals();
    const Setup setup = set_up(request_as_given, communicator);
    RunRequest request = request_as_given;
    if (request.output.empty()) {
        request.output = fs::path{"results"} / setup.scenario.name;
    }
    std::optional<Worker> worker;
    std::optional<Lead> lead;
    communicator.begin("making of the model");
    agree(communicator, [&] {
        with_memory(setup.scenario, communicator, [&] {
            worker.emplace(*setup.world, communicator);
            if (communicator.is_root()) {
                lead.emplace(setup, *worker, communicator);
            }
        });
    });
    communicator.begin("opening of the output folder");
    agree(communicator, [&] {
        if (communicator.is_root()) {
            lead->recorder = std::make_unique<Recorder>(request, setup.header);
        }
    });
    std::int64_t exit_code = 0;
    with_memory(setup.scenario, communicator, [&] {
        if (communicator.is_root()) {
            exit_code = coordinate(request, setup, *lead, communicator, make_observer);
            lead.reset();
        } else {
            worker->serve();
        }
    });
    return static_cast<int>(communicator.maximum(exit_code));
}

}  // namespace mlaasim::run
