#include "sim/storage/trace_file.hpp"

#include <algorithm>
#include <cstring>
#include <future>
#include <optional>

#include "sim/core/durable_files.hpp"
#include "sim/core/error.hpp"
#include "sim/storage/checkpoint.hpp"
#include "sim/storage/header.hpp"
#include "sim/storage/new_trace.hpp"
#include "sim/storage/table.hpp"
#include "sim/trace/digests.hpp"
#include "sim/trace/packing.hpp"

namespace mlaasim::sim {
namespace {

/// The names of a trace in its folder. All but trace.h5 are the writer's own; what a killed process left of them is
/// removed.
struct TraceFiles {
    std::filesystem::path folder;
    std::filesystem::path current = folder / "trace.h5";
    std::filesystem::path next = folder / "trace.h5.next";       ///< a whole trace, one commit behind
    std::filesystem::path old = folder / "trace.h5.old";         ///< second name of trace.h5 during the swap
    std::filesystem::path unfinished = folder / "trace.h5.new";  ///< a file being made
};

/// Throws InputError unless trace.h5 is what the run wrote; says when the commit before it is whole.
void expect_undamaged(const TraceFiles& files) {
    try {
        verify(files.current);
    } catch (const InputError& error) {
        std::vector<Problem> problems = error.problems();
        try {
            verify(files.next);
            const std::int64_t round = checkpoint_round(Hdf5File::open_to_read(files.next));
            problems.front().hint = "the commit before it is whole, in " + files.next.string() + " (up to round " +
                                    std::to_string(round) + "); to go on from there, move it to " +
                                    files.current.filename().string() + " and use --resume again";
        } catch (const InputError&) {
            problems.front().hint += (problems.front().hint.empty() ? "" : "; ") + files.next.filename().string() +
                                     ", the commit before it, can't be used either";
        }
        throw InputError{std::move(problems)};
    }
}

/// What tells the file of one commit from that of another, and of another run.
struct Contents {
    std::int64_t round = no_round;
    std::string checkpoint_digest{};
    std::string timing_digest{};
    std::string structure_digest{};

    friend bool operator==(const Contents&, const Contents&) = default;
};

Contents contents_of(const Hdf5File& file) {
    return {.round = checkpoint_round(file),
            .checkpoint_digest = stored_checkpoint_digest(file),
            .timing_digest = stored_timing_digest(file),
            .structure_digest = stored_structure_digest(file)};
}

/// What a commit adds to a file.
struct Addition {
    PackedRows rows = PackedRows(all_tables().size());
    ServiceStates states{};
};

/// The order that makes `verify` hold: rows of rounds after the last commit's, up to this one's. What was measured of
/// a commit comes with the next.
void expects_rounds_in_order(const RowBuffer& rows, std::int64_t previous, std::int64_t last) {
    expects(previous <= last, "a commit's round is not before that of the last one");
    for (const Table* table : all_tables()) {
        const auto records = rows.rows(*table);
        std::int64_t before = table == &TimingRecord::table() ? previous : previous + 1;
        for (std::size_t offset = 0; offset < records.size(); offset += table->record_size) {
            std::uint32_t round = 0;
            std::memcpy(&round, records.data() + offset + table->fields.front().offset, sizeof round);
            expects(before <= round && round <= last,
                    "rows are committed in the order of rounds, none of an earlier commit's, none after this one's");
            before = round;
        }
    }
}

/// The rows as they go into the file.
PackedRows pack_tables(const RowBuffer& rows) {
    expects(rows.rows(DigestRecord::table()).empty(), "the digests are the trace's own");
    PackedRows result(all_tables().size());
    std::ranges::transform(all_tables(), result.begin(),
                           [&](const Table* table) { return pack(*table, rows.rows(*table)); });
    return result;
}

ServiceStateViews views(const ServiceStates& changed, const ServiceStates& changed_before) {
    ServiceStateViews result{changed.begin(), changed.end()};
    result.insert(changed_before.begin(), changed_before.end());
    return result;
}

/// What writes the files. The thread of a commit has it to itself.
struct Writer {
    TraceFiles files;
    Contents current{};              ///< what trace.h5 holds
    std::optional<Contents> next{};  ///< what trace.h5.next holds, when it may be appended to
    bool rewritten = true;           ///< false while trace.h5 is a file that an earlier process left
    Addition lacking{};              ///< what trace.h5.next lacks: the last commit
    ServiceRows service_rows{};      ///< as in trace.h5
    StateDigests state_digests{};
    RowChain timing{};
    std::vector<std::byte> buffer{};  ///< of `joined`, kept: memory fresh from the system costs more than the copy

    /// One after the other; valid until the next call.
    std::span<const std::byte> joined(std::span<const std::byte> first, std::span<const std::byte> second) {
        buffer.assign(first.begin(), first.end());
        buffer.insert(buffer.end(), second.begin(), second.end());
        return buffer;
    }

    void remake_next() {
        remove_file(files.old);
        if (rewritten) {
            duplicate_file(files.current, files.unfinished);
        } else {
            service_rows = rewrite_trace(files.current, files.unfinished);
        }
        rename_file(files.unfinished, files.next);
        next = current;
        lacking = {};
    }

    /// trace.h5.next, to be brought up to date with `lacking`. A reader that holds it open, anyone who changed or
    /// removed it, costs a fresh copy, never the commit.
    Hdf5File open_next() {
        if (next) {
            try {
                Hdf5File file = Hdf5File::open_to_append(files.next);
                if (contents_of(file) == *next) {
                    return file;
                }
            } catch (const InputError&) {
                // Whatever is wrong with this file, the copy below does not have it.
            }
        }
        remake_next();
        Hdf5File file = Hdf5File::open_to_append(files.next);
        if (contents_of(file) != current) {
            file.damaged("trace.h5 was changed by another program during the run", "one writer per output folder");
        }
        return file;
    }

    void put_next_in_place(const std::function<void(CommitStep)>& step) const {
        remove_file(files.old);
        link_file(files.current, files.old);
        step(CommitStep::linked);
        rename_file(files.next, files.current);
        step(CommitStep::swapped);
    }

    /// Makes the trace before this commit trace.h5.next. False when somebody removed it meanwhile.
    [[nodiscard]] bool keep_old_as_next() const {
        try {
            rename_file(files.old, files.next);
            return true;
        } catch (const InputError&) {
            if (std::filesystem::exists(files.old)) {
                throw;
            }
            return false;
        }
    }

    /// Adds the rows' digests to them.
    void commit(PackedRows rows, Checkpoint checkpoint, const std::function<void(CommitStep)>& step);
};

void Writer::commit(PackedRows rows, Checkpoint checkpoint, const std::function<void(CommitStep)>& step) {
    for (const auto& [service, values] : checkpoint.service_state) {
        expects(checkpoint.stateful.contains(service), "a service whose state is given has state");
        state_digests.insert_or_assign(service, state_digest(values));
    }
    std::erase_if(state_digests, [&](const auto& entry) { return !checkpoint.stateful.contains(entry.first); });
    expects(state_digests.size() == checkpoint.stateful.size(), "the state of every service that has one is known");
    const std::vector<DigestRecord> digests = round_digests(rows);
    rows[position_of(DigestRecord::table())] = pack(DigestRecord::table(), std::as_bytes(std::span{digests}));
    timing.add(rows[position_of(TimingRecord::table())], packed_size(TimingRecord::table()));

    Contents committed = current;
    committed.round = checkpoint.round.value();
    committed.checkpoint_digest = checkpoint_digest(checkpoint.round, checkpoint.arrays, state_digests);
    committed.timing_digest = timing.hex();
    const auto write = [&] {
        Hdf5File file = open_next();
        for (std::size_t i = 0; const Table* table : all_tables()) {
            append_rows(file, *table, joined(lacking.rows[i], rows[i]));
            ++i;
        }
        store_timing_digest(file, committed.timing_digest);
        assign_rows(service_rows, checkpoint.stateful);
        write_checkpoint(file, checkpoint.round, checkpoint.arrays, views(checkpoint.service_state, lacking.states),
                         service_rows, committed.checkpoint_digest);
        step(CommitStep::rows_written);
        file.flush_and_close();
        sync_to_disk(files.next);
        step(CommitStep::synced);
        put_next_in_place(step);
    };
    try {
        write();
    } catch (const InputError&) {
        // Somebody removed trace.h5.next before it was in place: everything is still here to write it again.
        if (std::filesystem::exists(files.next) || !std::filesystem::exists(files.current)) {
            throw;
        }
        next.reset();
        write();
    }
    const bool kept = keep_old_as_next();
    sync_to_disk(files.folder);

    next = std::exchange(current, std::move(committed));
    if (!std::exchange(rewritten, true) || !kept) {
        next.reset();
    }
    lacking = {std::move(rows), std::move(checkpoint.service_state)};
    step(CommitStep::done);
}

}  // namespace

struct TraceFile::State {
    Writer writer;
    std::int64_t begun = no_round;  ///< the round of the last commit that was begun
    bool failed = false;
    std::future<void> under_way{};  ///< destroyed first, so that no thread outlives the writer
};

TraceFile::TraceFile(std::unique_ptr<State> state) : state_{std::move(state)} {}
TraceFile::TraceFile(TraceFile&&) noexcept = default;
TraceFile& TraceFile::operator=(TraceFile&&) noexcept = default;
TraceFile::~TraceFile() = default;

TraceFile TraceFile::create(const std::filesystem::path& folder, const TraceHeader& header) {
    auto state = std::make_unique<State>(State{.writer = {.files = {.folder = folder}}});
    Writer& writer = state->writer;
    const TraceFiles& files = writer.files;
    write_new_trace(files.unfinished, header);
    writer.current = contents_of(Hdf5File::open_to_read(files.unfinished));
    rename_file(files.unfinished, files.current);
    sync_to_disk(files.folder);
    writer.remake_next();
    return TraceFile{std::move(state)};
}

TraceFile TraceFile::resume(const std::filesystem::path& folder) {
    auto state = std::make_unique<State>(State{.writer = {.files = {.folder = folder}}});
    Writer& writer = state->writer;
    const TraceFiles& files = writer.files;
    if (!std::filesystem::exists(files.current)) {
        throw InputError{Problem{.file = files.current.string(),
                                 .what = "there is no trace to resume",
                                 .expected = "the output folder of an earlier run",
                                 .hint = "start a new run without --resume"}};
    }
    expect_undamaged(files);
    const Hdf5File file = Hdf5File::open_to_read(files.current);
    if (const std::int32_t version = load_header(file).schema_version; version != trace_schema_version) {
        throw InputError{Problem{.file = files.current.string(),
                                 .what = "the trace has schema version " + std::to_string(version),
                                 .expected = std::to_string(trace_schema_version) + ", to be resumed",
                                 .hint = "resume with the version of mlaasim named in its attribute "
                                         "'program_version', or run anew"}};
    }
    for (const Table* table : all_tables()) {
        expect_columns(file, *table);
    }
    writer.rewritten = false;
    writer.current = contents_of(file);
    writer.timing = RowChain{stored_timing_digest(file)};
    for (const auto& [service, values] : read_service_states(file)) {
        writer.state_digests.emplace(service, state_digest(values));
    }
    state->begun = writer.current.round;
    return TraceFile{std::move(state)};
}

void TraceFile::begin_commit(const RowBuffer& rows, Checkpoint checkpoint) {
    expects(state_ && !state_->failed, "a trace is not used after a failed commit");
    expects(checkpoint.round.valid(), "a commit has the round that it completes");
    expects_rounds_in_order(rows, state_->begun, checkpoint.round.value());
    PackedRows packed = pack_tables(rows);
    settle();
    const std::int64_t round = checkpoint.round.value();
    state_->failed = true;  // stays so if the thread can't be started
    state_->under_way =
        std::async(std::launch::async, [&writer = state_->writer, observer = on_commit_step, packed = std::move(packed),
                                        checkpoint = std::move(checkpoint)]() mutable {
            writer.commit(std::move(packed), std::move(checkpoint), [&](CommitStep reached) {
                if (observer) {
                    observer(reached);
                }
            });
        });
    state_->failed = false;
    state_->begun = round;
}

void TraceFile::settle() {
    expects(state_ && !state_->failed, "a trace is not used after a failed commit");
    if (state_->under_way.valid()) {
        state_->failed = true;
        state_->under_way.get();
        state_->failed = false;
    }
}

bool TraceFile::commit_under_way() const { return state_ && state_->under_way.valid(); }

}  // namespace mlaasim::sim
