// trace.h5 on disk: at every moment a closed, whole file that plain h5py opens.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "sim/trace/trace.hpp"

namespace mlaasim::sim {

/// Points of a commit at which a test may end the process: see `TraceFile::on_commit_step`.
enum class CommitStep { rows_written, synced, linked, swapped, done };

/// Writes DIR/trace.h5. A commit appends to DIR/trace.h5.next (a whole trace, one commit behind), closes and fsyncs it,
/// and swaps the two by link and rename, so a reader, or a process that is killed at any point, always finds a whole
/// file. The folder is fsynced before anything is written to the file that was trace.h5.
class TraceFile {
public:
    /// A new run: trace.h5 is put in place with the header, empty tables and no checkpoint. An older trace.h5 in the
    /// folder is replaced in that one step, never half.
    static TraceFile create(const std::filesystem::path& folder, const TraceHeader& header);
    /// Continues the trace in the folder, to which the caller restores the checkpoint it holds. Throws InputError when
    /// the trace is missing or damaged (see `verify`), or of an older schema; trace.h5 stays as it is until the first
    /// commit.
    static TraceFile resume(const std::filesystem::path& folder);
    TraceFile(TraceFile&&) noexcept;
    TraceFile& operator=(TraceFile&&) noexcept;
    /// Waits for a commit under way. What goes wrong with it is lost; settle() throws it.
    ~TraceFile();

    /// Appends the rows and replaces the checkpoint, in one atomic step. On failure (disk full, folder gone) throws
    /// InputError and trace.h5 is what it was before or, if the fault came after the swap, holds this commit. The
    /// TraceFile must not be used afterwards, and the process must end by `_exit`, because HDF5 may still hold the
    /// damaged file open.
    ///
    /// Whoever opens trace.h5 finds this commit from now on, and no crash of the machine brings back the one before it.
    void commit(const RowBuffer& rows, Checkpoint checkpoint) {
        begin_commit(rows, std::move(checkpoint));
        settle();
    }
    /// The same, but another thread writes while the caller goes on. The caller may call HDF5 again only after
    /// settle(). The next begin_commit waits for this one and throws its error.
    void begin_commit(const RowBuffer& rows, Checkpoint checkpoint);
    /// Waits for the commit that was begun, if there is one. Throws as `commit` does.
    void settle();
    /// True from begin_commit until something waits for that commit.
    [[nodiscard]] bool commit_under_way() const;

    /// Called at each step of every commit, by another thread than the caller's; tests use it to die at the worst
    /// moments.
    std::function<void(CommitStep)> on_commit_step;

private:
    struct State;
    explicit TraceFile(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// A trace opened for reading, closed again by the time each function returns.
[[nodiscard]] TraceHeader read_header(const std::filesystem::path& file);
/// The checkpoint, service states included; nullopt when the run has not committed a round yet.
[[nodiscard]] std::optional<Checkpoint> read_checkpoint(const std::filesystem::path& file);
/// Rows of one table as records' bytes, in file order. Columns that only an older schema has are left out.
[[nodiscard]] std::vector<std::byte> read_rows(const std::filesystem::path& file, const Table& table);

/// A table that a trace holds; a trace of an older schema may have others than all_tables().
struct StoredTable {
    std::string name;
    std::uint64_t rows;
};
[[nodiscard]] std::vector<StoredTable> tables_of(const std::filesystem::path& file);

/// SHA-256 in hex per table ("rounds", ...), of the checkpoint ("checkpoint") and of both but timing ("all"): what has
/// to be equal between runs of one scenario.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> digests(const std::filesystem::path& file);

/// What a trace was checked by: traces before this schema carry no digests.
inline constexpr std::int32_t first_schema_with_digests = 3;
enum class Verified { by_digests, without_digests };

/// Throws InputError naming what is wrong unless the file is a whole trace and holds what the run wrote: every name,
/// type, attribute and value, compared by digests; rounds in order and none beyond the checkpoint.
Verified verify(const std::filesystem::path& path);

/// One table as CSV with a header line, numbers in a form that round-trips. The columns are those of the file.
void write_csv(const std::filesystem::path& file, const std::string& table, std::ostream& out);

}  // namespace mlaasim::sim
