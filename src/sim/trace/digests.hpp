// The digests by which a trace is checked: SHA-256 of what a round, the timing and the checkpoint hold.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace mlaasim::sim {

/// Packed rows of each table, by position in all_tables().
using PackedRows = std::vector<std::vector<std::byte>>;

/// One row of `digests` per round and table with rows of that round, in the order of rounds, then tables. Rows of
/// `timing` and `digests` have none. All rows of a round must be given at once, so that the result does not depend on
/// how many rounds a commit covers.
[[nodiscard]] std::vector<DigestRecord> round_digests(const PackedRows& rows);

/// The digest of a table whose rows may come in any portions: d(0) = SHA-256 of nothing, and d(n) = SHA-256 of the 32
/// bytes of d(n-1) and the packed row n.
class RowChain {
public:
    RowChain();
    /// Continues from the result of `hex`. Throws InputError when this is no SHA-256 in hex.
    explicit RowChain(const std::string& hex);

    void add(std::span<const std::byte> packed, std::size_t row_size);
    [[nodiscard]] std::string hex() const;

private:
    std::vector<std::byte> digest_;
};

/// SHA-256 of each service's state, in hex.
using StateDigests = std::map<ServiceId, std::string>;

/// SHA-256 of a float row.
[[nodiscard]] std::string state_digest(std::span<const float> state);

/// What a checkpoint holds: its round; each array's name, type, shape and bytes, by name; each service's id and the
/// digest of its state, by id. `round` is empty before the first commit.
[[nodiscard]] std::string checkpoint_digest(std::optional<Round> round,
                                            const std::map<std::string, Checkpoint::Array>& arrays,
                                            const StateDigests& states);
/// The same of a whole checkpoint.
[[nodiscard]] std::string checkpoint_digest(const std::optional<Checkpoint>& checkpoint);

}  // namespace mlaasim::sim
