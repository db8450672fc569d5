// Rank 0's hold on the output folder and the trace in it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "run/setup.hpp"
#include "sim/storage/output_folder_lock.hpp"
#include "sim/storage/trace_file.hpp"

namespace mlaasim::run {

/// A new trace is made by the first commit, so that a run which fails before leaves none.
class Recorder {
public:
    /// Locks the folder. Reads the trace to resume, if there is one. Throws InputError: the folder is in use, the trace
    /// is damaged, or of another scenario, data, program or machine.
    Recorder(const RunRequest& request, const sim::TraceHeader& header);

    /// Of the trace to resume.
    [[nodiscard]] const std::optional<sim::Checkpoint>& checkpoint() const { return checkpoint_; }
    /// The commit of the program that began the trace.
    [[nodiscard]] const std::string& begun_by() const { return begun_by_; }
    [[nodiscard]] std::filesystem::path file() const { return folder_ / "trace.h5"; }
    [[nodiscard]] bool has_trace() const { return trace_.has_value(); }

    /// The first commit of a trace is in place when this returns; see TraceFile::begin_commit for the others.
    void commit(const sim::RowBuffer& rows, sim::Checkpoint checkpoint);
    /// Waits until what was committed is in place, and outlasts a crash of the machine; a run ends with it.
    void settle();
    /// True until settle() or the next commit has waited for the last one.
    [[nodiscard]] bool commit_under_way() const { return trace_.has_value() && trace_->commit_under_way(); }

private:
    /// Commits need them; this finds out before the first round.
    void expect_hard_links() const;
    [[nodiscard]] std::filesystem::path previous() const { return folder_ / "trace.previous.h5"; }
    /// A new run replaces the folder's trace; the one before it stays beside it. False when there is none.
    [[nodiscard]] bool keep_previous() const;
    /// Leaves the folder as it was before the first commit, which failed.
    void put_back(bool replaces) const;

    std::filesystem::path folder_;
    sim::OutputFolderLock lock_;
    const sim::TraceHeader& header_;
    std::string begun_by_;
    std::optional<sim::Checkpoint> checkpoint_;
    std::optional<sim::TraceFile> trace_;
};

}  // namespace mlaasim::run
