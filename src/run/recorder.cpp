#include "run/recorder.hpp"

#include <sstream>
#include <string>
#include <utility>

#include "run/trace_file.hpp"
#include "sim/core/durable_files.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {

namespace fs = std::filesystem;

namespace {

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

bool holds_trace(const fs::path& file) {
    const bool there = fs::exists(file);
    if (there) {
        expect_trace_file(file);
    }
    return there;
}

}  // namespace

Recorder::Recorder(const RunRequest& request, const sim::TraceHeader& header)
    : folder_{request.output}, lock_{folder_}, header_{header} {
    if (!request.resume || !holds_trace(file())) {
        expect_hard_links();
        begun_by_ = header.git_commit;
        return;
    }
    // First of all: what the trace says counts only when it is undamaged.
    trace_ = sim::TraceFile::resume(folder_);
    begun_by_ = sim::read_header(file()).git_commit;
    check_resumable(file(), header, request.force);
    checkpoint_ = sim::read_checkpoint(file());
}

void Recorder::commit(const sim::RowBuffer& rows, sim::Checkpoint checkpoint) {
    lock_.expect_held();
    if (trace_.has_value()) {
        trace_->begin_commit(rows, std::move(checkpoint));
        return;
    }
    const bool replaces = keep_previous();
    try {
        trace_ = sim::TraceFile::create(folder_, header_);
        trace_->commit(rows, std::move(checkpoint));
    } catch (...) {
        trace_.reset();
        put_back(replaces);
        throw;
    }
}

void Recorder::settle() {
    if (trace_.has_value()) {
        trace_->settle();
    }
}

void Recorder::expect_hard_links() const {
    const fs::path name = folder_ / "trace.h5.old";
    sim::remove_file(name);
    sim::link_file(folder_ / ".lock", name);
    sim::remove_file(name);
}

bool Recorder::keep_previous() const {
    if (!fs::exists(file())) {
        return false;
    }
    sim::remove_file(previous());
    sim::link_file(file(), previous());
    return true;
}

void Recorder::put_back(bool replaces) const {
    for (const char* const name : {"trace.h5.new", "trace.h5.next", "trace.h5.old"}) {
        sim::remove_file(folder_ / name);
    }
    if (replaces) {
        sim::rename_file(previous(), file());
    } else {
        sim::remove_file(file());
    }
}

}  // namespace mlaasim::run
