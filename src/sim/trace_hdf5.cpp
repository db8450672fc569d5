#include "sim/trace_hdf5.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "sim/durable_files.hpp"
#include "sim/error.hpp"
#include "sim/hdf5_checkpoint.hpp"
#include "sim/hdf5_header.hpp"
#include "sim/hdf5_table.hpp"
#include "sim/trace_packing.hpp"

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

/// How much a trace holds: what tells the file of one commit from that of another.
struct Contents {
    std::int64_t round = no_round;
    std::vector<std::uint64_t> rows = std::vector<std::uint64_t>(all_tables().size());  ///< per table
    std::uint64_t services = 0;

    friend bool operator==(const Contents&, const Contents&) = default;
};

Contents contents_of(const Hdf5File& file) {
    Contents contents{.round = checkpoint_round(file), .services = service_rows(file).size()};
    std::ranges::transform(all_tables(), contents.rows.begin(),
                           [&](const Table* table) { return row_count(file, *table); });
    return contents;
}

/// What a commit adds to a file.
struct Addition {
    RowBuffer rows;
    ServiceStates states;
};

/// The order that makes `verify` hold: rows of rounds from the last commit's to this one's.
void expects_rounds_in_order(const RowBuffer& rows, std::int64_t previous, std::int64_t last) {
    expects(previous <= last, "a commit's round is not before that of the last one");
    for (const Table* table : all_tables()) {
        const auto records = rows.rows(*table);
        std::int64_t before = previous;
        for (std::size_t offset = 0; offset < records.size(); offset += table->record_size) {
            std::uint32_t round = 0;
            std::memcpy(&round, records.data() + offset + table->fields.front().offset, sizeof round);
            expects(before <= round && round <= last,
                    "rows are committed in the order of rounds, none before the last commit's, none after this one's");
            before = round;
        }
    }
}

ServiceStateViews views(const ServiceStates& changed, const ServiceStates& changed_before) {
    ServiceStateViews result{changed.begin(), changed.end()};
    result.insert(changed_before.begin(), changed_before.end());
    return result;
}

void write_empty_trace(const std::filesystem::path& path, const TraceHeader& header) {
    remove_file(path);
    Hdf5File file = Hdf5File::create(path);
    write_header(file, header);
    std::ranges::for_each(all_tables(), [&](const Table* table) { create_table(file, *table); });
    create_checkpoint(file);
    file.flush_and_close();
    sync_to_disk(path);
}

}  // namespace

struct TraceFile::State {
    TraceFiles files;
    Contents current{};          ///< what trace.h5 holds
    Contents next{};             ///< what trace.h5.next holds
    Addition lacking{};          ///< what trace.h5.next lacks: the last commit
    ServiceRows service_rows{};  ///< as in trace.h5
    bool failed = false;

    void remake_next() {
        remove_file(files.old);
        duplicate_file(files.current, files.unfinished);
        rename_file(files.unfinished, files.next);
        next = current;
        lacking = {};
    }

    /// trace.h5.next, to be brought up to date with `lacking`. A reader that holds it open, or anyone who changed it,
    /// costs a fresh copy, never the commit.
    Hdf5File open_next() {
        try {
            Hdf5File file = Hdf5File::open_to_append(files.next);
            if (contents_of(file) == next) {
                return file;
            }
        } catch (const InputError&) {
            // Whatever is wrong with this file, the copy below does not have it.
        }
        remake_next();
        Hdf5File file = Hdf5File::open_to_append(files.next);
        if (contents_of(file) != current) {
            file.damaged("trace.h5 was changed by another program during the run", "one writer per output folder");
        }
        return file;
    }

    void swap(const std::function<void(CommitStep)>& step) const {
        remove_file(files.old);
        link_file(files.current, files.old);
        step(CommitStep::linked);
        rename_file(files.next, files.current);
        step(CommitStep::swapped);
        rename_file(files.old, files.next);
        sync_to_disk(files.folder);
    }
};

TraceFile::TraceFile(std::unique_ptr<State> state) : state_{std::move(state)} {}
TraceFile::TraceFile(TraceFile&&) noexcept = default;
TraceFile& TraceFile::operator=(TraceFile&&) noexcept = default;
TraceFile::~TraceFile() = default;

TraceFile TraceFile::create(const std::filesystem::path& folder, const TraceHeader& header) {
    auto state = std::make_unique<State>(State{.files = {.folder = folder}});
    const TraceFiles& files = state->files;
    try {
        write_empty_trace(files.unfinished, header);
    } catch (const InputError&) {
        remove_file(files.unfinished);
        throw;
    }
    rename_file(files.unfinished, files.current);
    sync_to_disk(files.folder);
    state->remake_next();
    return TraceFile{std::move(state)};
}

TraceFile TraceFile::resume(const std::filesystem::path& folder) {
    auto state = std::make_unique<State>(State{.files = {.folder = folder}});
    if (!std::filesystem::exists(state->files.current)) {
        throw InputError{Problem{.file = state->files.current.string(),
                                 .what = "there is no trace to resume",
                                 .expected = "the output folder of an earlier run",
                                 .hint = "start a new run without --resume"}};
    }
    verify(state->files.current);
    {
        const Hdf5File file = Hdf5File::open_to_read(state->files.current);
        state->current = contents_of(file);
        state->service_rows = mlaasim::sim::service_rows(file);
    }
    state->remake_next();
    return TraceFile{std::move(state)};
}

void TraceFile::commit(const RowBuffer& rows, const Checkpoint& checkpoint) {
    expects(state_ && !state_->failed, "a trace is not used after a failed commit");
    expects(checkpoint.round.valid(), "a commit has the round that it completes");
    State& state = *state_;
    expects_rounds_in_order(rows, state.current.round, checkpoint.round.value());
    const auto step = [&](CommitStep reached) {
        if (on_commit_step) {
            on_commit_step(reached);
        }
    };
    state.failed = true;

    Contents committed = state.current;
    committed.round = checkpoint.round.value();
    for (const auto& [service, values] : checkpoint.service_state) {
        state.service_rows.emplace(service, state.service_rows.size());
    }
    committed.services = state.service_rows.size();

    Hdf5File file = state.open_next();
    state.lacking.rows.append_all(rows);
    for (std::size_t i = 0; const Table* table : all_tables()) {
        append_rows(file, *table, pack(*table, state.lacking.rows.rows(*table)));
        committed.rows[i++] += rows.rows(*table).size() / table->record_size;
    }
    write_checkpoint(file, checkpoint.round, checkpoint.arrays, views(checkpoint.service_state, state.lacking.states),
                     state.service_rows);
    step(CommitStep::rows_written);
    file.flush_and_close();
    sync_to_disk(state.files.next);
    step(CommitStep::synced);
    state.swap(step);

    state.next = std::exchange(state.current, committed);
    state.lacking = {rows, checkpoint.service_state};
    state.failed = false;
    step(CommitStep::done);
}

}  // namespace mlaasim::sim
