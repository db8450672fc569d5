#include "app/run.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <sstream>

#include "app/cluster.hpp"
#include "app/coordinator.hpp"
#include "app/memory.hpp"
#include "app/process.hpp"
#include "app/progress.hpp"
#include "app/trace_file.hpp"
#include "app/worker.hpp"
#include "fl/local_training.hpp"
#include "sim/durable_files.hpp"
#include "sim/error.hpp"
#include "sim/output_folder_lock.hpp"
#include "sim/trace_hdf5.hpp"

namespace mlaasim::app {
namespace {

namespace fs = std::filesystem;

/// The first line in which two resolved scenarios differ, for the message that refuses to resume.
std::string first_difference(const std::string& mine, const std::string& theirs) {
    std::istringstream a{mine};
    std::istringstream b{theirs};
    for (std::string line_a, line_b; std::getline(a, line_a) && std::getline(b, line_b);) {
        if (line_a != line_b) {
            const auto text = [](const std::string& line) { return line.substr(line.find_first_not_of(' ')); };
            return "the trace has \"" + text(line_b) + "\", the scenario \"" + text(line_a) + "\"";
        }
    }
    return "a part of the scenario differs";
}

void check_resumable(const fs::path& file, const sim::TraceHeader& mine, bool force) {
    const sim::TraceHeader theirs = sim::read_header(file);
    if (theirs.data != mine.data) {
        throw sim::InputError({.file = file.string(),
                               .what = "the trace was computed on the data " + theirs.data,
                               .expected = "that data; this run has " + mine.data,
                               .hint = "give the folder of that data with --data or MLAASIM_DATA, run without "
                                       "--resume, or into another folder with --output"});
    }
    if (theirs.scenario_digest != mine.scenario_digest) {
        throw sim::InputError(
            {.file = file.string(),
             .what = "the trace is of another scenario: " + first_difference(mine.scenario_yaml, theirs.scenario_yaml),
             .expected = "the scenario that the run was started with",
             .hint = "run without --resume, or into another folder with --output"});
    }
    if (!force && theirs.program_version != mine.program_version) {
        throw sim::InputError({.file = file.string(),
                               .what = "the trace was computed by mlaasim " + theirs.program_version,
                               .expected = "that version; this is " + mine.program_version + ", and results may differ",
                               .hint = "resume with that version, run anew, or accept other results with --force"});
    }
    if (!force &&
        (theirs.instruction_set != mine.instruction_set || theirs.library_versions != mine.library_versions)) {
        throw sim::InputError(
            {.file = file.string(),
             .what = "the trace was computed with " + theirs.library_versions + " on " + theirs.instruction_set,
             .expected = mine.library_versions + " on " + mine.instruction_set + ", or results would differ",
             .hint = "resume on a machine of that kind, run anew, or accept other results with --force"});
    }
}

/// Rank 0's hold on the output folder and the trace in it. A new trace is made by the first commit, so that a run which
/// fails before leaves none.
class Recorder {
public:
    Recorder(const RunRequest& request, const sim::TraceHeader& header)
        : folder_{request.output}, lock_{folder_}, header_{header}, resumes_{request.resume && holds_trace(file())} {
        if (!resumes_) {
            expect_hard_links();
            begun_by_ = header.git_commit;
            return;
        }
        // First of all: what the trace says counts only when it is undamaged.
        trace_ = sim::TraceFile::resume(folder_);
        begun_by_ = sim::read_header(file()).git_commit;
        checkpoint_ = checkpoint_to_resume(request, header);
    }

    [[nodiscard]] const std::optional<sim::Checkpoint>& checkpoint() const { return checkpoint_; }
    /// The commit of the program that began the trace.
    [[nodiscard]] const std::string& begun_by() const { return begun_by_; }
    [[nodiscard]] fs::path file() const { return folder_ / "trace.h5"; }
    [[nodiscard]] bool has_trace() const { return trace_.has_value(); }

    void commit(const sim::RowBuffer& rows, const sim::Checkpoint& checkpoint) {
        lock_.expect_held();
        if (trace_.has_value()) {
            trace_->commit(rows, checkpoint);
            return;
        }
        const bool replaces = keep_previous();
        try {
            trace_ = sim::TraceFile::create(folder_, header_);
            trace_->commit(rows, checkpoint);
        } catch (...) {
            trace_.reset();
            put_back(replaces);
            throw;
        }
    }

private:
    [[nodiscard]] static bool holds_trace(const fs::path& file) {
        const bool there = fs::exists(file);
        if (there) {
            expect_trace_file(file);
        }
        return there;
    }

    [[nodiscard]] std::optional<sim::Checkpoint> checkpoint_to_resume(const RunRequest& request,
                                                                      const sim::TraceHeader& header) const {
        check_resumable(file(), header, request.force);
        return sim::read_checkpoint(file());
    }

    /// Commits need them, and nobody wants to learn that after the first round.
    void expect_hard_links() const {
        const fs::path name = folder_ / "trace.h5.old";
        sim::remove_file(name);
        sim::link_file(folder_ / ".lock", name);
        sim::remove_file(name);
    }

    [[nodiscard]] fs::path previous() const { return folder_ / "trace.previous.h5"; }

    /// A new run replaces the folder's trace; the one before it stays beside it. False when there is none.
    [[nodiscard]] bool keep_previous() const {
        if (!fs::exists(file())) {
            return false;
        }
        sim::remove_file(previous());
        sim::link_file(file(), previous());
        return true;
    }

    /// Leaves the folder as it was before the first commit, which failed.
    void put_back(bool replaces) const {
        for (const char* const name : {"trace.h5.new", "trace.h5.next", "trace.h5.old"}) {
            sim::remove_file(folder_ / name);
        }
        if (replaces) {
            sim::rename_file(previous(), file());
        } else {
            sim::remove_file(file());
        }
    }

    fs::path folder_;
    sim::OutputFolderLock lock_;
    const sim::TraceHeader& header_;
    bool resumes_;
    std::string begun_by_;
    std::optional<sim::Checkpoint> checkpoint_;
    std::optional<sim::TraceFile> trace_;
};

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

/// Rank 0: plays the rounds. Returns the exit code.
int coordinate(const RunRequest& request, const Setup& setup, Lead& lead, const sim::Communicator& communicator) {
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
        for (const sim::TimingRecord& record : cluster.collect_timing()) {
            rows.append(record);
        }
    };
    const auto commit = [&](sim::Round round) {
        communicator.begin(fmt::format("commit of round {}", round.value()));
        const auto start = Clock::now();
        recorder.commit(rows, coordinator.checkpoint(round));
        rows.clear();
        rows.append(timing(round.value(), "commit", Clock::now() - start));
    };

    ProgressDisplay display{*setup.world, communicator.size(), checkpoint.has_value() ? done + 1 : 0};
    const TrainingWatch watch{worker, display.watcher()};
    const auto leave_after = [&](std::uint32_t round) {
        display.note(
            fmt::format("\nstopped by a signal after round {}; to continue, give the same command with --resume. "
                        "Trace: {}",
                        round, recorder.file().string()));
        return static_cast<int>(sim::ExitCode::stopped_by_signal);
    };
    if (checkpoint.has_value()) {
        coordinator.restore(*checkpoint);
        display.note(done < rounds ? fmt::format("resumed after round {}", done)
                                   : std::string{"all rounds were done before: nothing to resume"});
        if (recorder.begun_by() != setup.header.git_commit) {
            display.note(fmt::format("the trace was begun by commit {}, this is {}: results may differ",
                                     recorder.begun_by(), setup.header.git_commit));
        }
    } else {
        display.begin_round(0);
        const bool published = coordinator.publish(rows);
        display.end_advertising();
        collect_timing();
        const bool stop = cluster.vote_to_stop();
        if (published || stop) {
            commit(sim::Round{0});
        }
        if (stop) {
            return leave_after(0);
        }
    }
    for (std::uint32_t r = done + 1; r <= rounds; ++r) {
        const sim::Round round{r};
        const auto start = Clock::now();
        display.begin_round(r);
        const sim::RoundRecord record = coordinator.play(round, rows);
        rows.append(timing(r, "round", Clock::now() - start));
        collect_timing();
        display.show(record);
        const bool stop = cluster.vote_to_stop();
        if (stop || r % every == 0 || r == rounds || !recorder.has_trace()) {
            commit(round);
        }
        if (stop && r < rounds) {
            return leave_after(r);
        }
    }
    display.note(fmt::format("\ntrace: {}", recorder.file().string()));
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

int run(const RunRequest& request_as_given, const sim::Communicator& communicator) {
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
            exit_code = coordinate(request, setup, *lead, communicator);
            lead.reset();
        } else {
            worker->serve();
        }
    });
    return static_cast<int>(communicator.maximum(exit_code));
}

}  // namespace mlaasim::app
