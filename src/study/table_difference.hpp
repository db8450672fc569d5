// Where a table differs between two traces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/storage/stored_values.hpp"
#include "study/cell.hpp"

namespace mlaasim::study {

struct DifferingCell {
    std::int64_t round = 0;
    std::string row;  ///< its key columns: "round 3, service 7, role member"
    std::string column;
    Cell a;
    Cell b;
};

/// A row that only one of the two has.
struct LoneRow {
    std::int64_t round = 0;
    std::string row;
};

struct TableDifference {
    std::string table;
    std::size_t rows = 0;       ///< in both
    std::size_t cells = 0;      ///< compared: of the rows in both, the common columns that are no keys
    std::size_t differing = 0;  ///< of these cells
    std::size_t rows_only_a = 0;
    std::size_t rows_only_b = 0;
    std::optional<DifferingCell> first;    ///< in the first row that differs, the first column
    std::optional<DifferingCell> largest;  ///< the largest relative gap; none when no numbers differ
    std::optional<LoneRow> first_only_a;
    std::optional<LoneRow> first_only_b;
    /// Columns that can't be compared: traces of two schemas have them.
    std::vector<std::string> columns_only_a;
    std::vector<std::string> columns_only_b;
    std::vector<std::string> columns_of_two_types;

    [[nodiscard]] bool same() const { return differing == 0 && rows_only_a == 0 && rows_only_b == 0; }
    /// None when the table is the same.
    [[nodiscard]] std::optional<std::int64_t> first_round() const;
};

/// Compares the rows up to `last_round`. Rows with the same keys (the round, and what names a row in it: service,
/// client, ...) belong together; of several, the first with the first, and so on.
[[nodiscard]] TableDifference difference_of(const sim::StoredValues& a, const sim::StoredValues& b,
                                            std::int64_t last_round);

}  // namespace mlaasim::study
