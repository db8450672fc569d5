#include <algorithm>
#include <cstring>

#include "sim/core/error.hpp"
#include "sim/core/sha256.hpp"
#include "sim/storage/checkpoint.hpp"
#include "sim/storage/header.hpp"
#include "sim/storage/table.hpp"
#include "sim/storage/trace_file.hpp"
#include "sim/trace/digests.hpp"
#include "sim/trace/packing.hpp"

namespace mlaasim::sim {
namespace {

/// Checks the order of a table's rows, and computes the digest of each round's.
class RoundReader {
public:
    RoundReader(const Hdf5File& file, std::string table, std::int64_t last_complete)
        : file_{file}, table_{std::move(table)}, last_complete_{last_complete} {
        read_packed(file_, table_, [&](std::span<const std::byte> rows, std::size_t row_size) {
            for (std::size_t begin = 0; begin < rows.size();) {
                begin = take_round(rows, begin, row_size);
            }
        });
        end_round();
    }

    [[nodiscard]] const std::vector<DigestRecord>& digests() const { return digests_; }

private:
    /// Takes the rows from `begin` that belong to the same round; returns where they end.
    std::size_t take_round(std::span<const std::byte> rows, std::size_t begin, std::size_t row_size) {
        const std::uint32_t round = packed_round(rows.subspan(begin));
        if (!sum_ || round != round_) {
            check_order(round);
            end_round();
            sum_.emplace();
            round_ = round;
        }
        std::size_t end = begin;
        while (end < rows.size() && packed_round(rows.subspan(end)) == round) {
            end += row_size;
        }
        sum_->update(rows.subspan(begin, end - begin));
        row_ += (end - begin) / row_size;
        return end;
    }

    void check_order(std::uint32_t round) const {
        const std::string where = "row " + std::to_string(row_) + " of table /" + table_;
        if (round < round_) {
            file_.damaged(
                where + " is of round " + std::to_string(round) + ", after one of round " + std::to_string(round_),
                "rounds in order");
        }
        if (round > last_complete_) {
            file_.damaged(where + " is of round " + std::to_string(round) + ", beyond the checkpoint's round " +
                              std::to_string(last_complete_),
                          "no row of a round that is not complete");
        }
    }

    void end_round() {
        if (sum_) {
            digests_.push_back({.round = round_, .table_name = std::string_view{table_}, .sha256 = sum_->hex()});
            sum_.reset();
        }
    }

    const Hdf5File& file_;
    std::string table_;
    std::int64_t last_complete_;
    std::uint64_t row_ = 0;
    std::uint32_t round_ = 0;
    std::optional<Sha256> sum_{};
    std::vector<DigestRecord> digests_{};
};

std::vector<DigestRecord> stored_round_digests(const Hdf5File& file) {
    std::vector<DigestRecord> digests;
    const Table& table = DigestRecord::table();
    expect_columns(file, table);
    read_packed(file, std::string{table.name}, [&](std::span<const std::byte> rows, std::size_t) {
        const std::vector<std::byte> records = unpack(table, rows);
        const std::size_t first = digests.size();
        digests.resize(first + records.size() / sizeof(DigestRecord));
        std::memcpy(digests.data() + first, records.data(), records.size());
    });
    return digests;
}

std::string named(const DigestRecord& digest) {
    return "the rows of round " + std::to_string(digest.round) + " in table /" + std::string{digest.table_name.view()};
}

void compare(const Hdf5File& file, const std::vector<DigestRecord>& found, const std::vector<DigestRecord>& stored) {
    const auto same = [](const DigestRecord& a, const DigestRecord& b) {
        return a.round == b.round && a.table_name.chars == b.table_name.chars && a.sha256.chars == b.sha256.chars;
    };
    const auto [mine, theirs] = std::mismatch(found.begin(), found.end(), stored.begin(), stored.end(), same);
    if (mine != found.end() || theirs != stored.end()) {
        file.damaged(named(mine != found.end() ? *mine : *theirs) + " are not those that the run wrote",
                     "what their stored digest says");
    }
}

std::string timing_digest(const Hdf5File& file) {
    RowChain chain;
    read_packed(file, std::string{TimingRecord::table().name},
                [&](std::span<const std::byte> rows, std::size_t row_size) { chain.add(rows, row_size); });
    return chain.hex();
}

void verify_digests(const Hdf5File& file, const std::vector<DigestRecord>& rounds,
                    const std::optional<Checkpoint>& checkpoint) {
    verify_structure(file);
    compare(file, rounds, stored_round_digests(file));
    if (timing_digest(file) != stored_timing_digest(file)) {
        file.damaged("the rows of table /timing are not those that the run wrote", "what their stored digest says");
    }
    if (checkpoint_digest(checkpoint) != stored_checkpoint_digest(file)) {
        file.damaged("the checkpoint is not the one that the run wrote", "what its stored digest says");
    }
}

}  // namespace

Verified verify(const std::filesystem::path& path) {
    const Hdf5File file = Hdf5File::open_to_read(path);
    const TraceHeader header = load_header(file);
    const auto checkpoint = load_checkpoint(file);
    const std::int64_t last_complete = checkpoint ? std::int64_t{checkpoint->round.value()} : no_round;
    std::vector<DigestRecord> rounds;
    for (const std::string& table : stored_tables(file)) {
        const RoundReader reader{file, table, last_complete};
        if (table != TimingRecord::table().name && table != DigestRecord::table().name) {
            rounds.insert(rounds.end(), reader.digests().begin(), reader.digests().end());
        }
    }
    if (header.schema_version < first_schema_with_digests) {
        return Verified::without_digests;
    }
    std::ranges::stable_sort(rounds, {}, &DigestRecord::round);
    verify_digests(file, rounds, checkpoint);
    return Verified::by_digests;
}

}  // namespace mlaasim::sim
