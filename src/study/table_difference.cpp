#include "study/table_difference.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

namespace mlaasim::study {
namespace {

using sim::StoredValues;
using sim::ValuesOfColumn;

/// Columns that say which row it is, in any table that has them.
constexpr std::array<std::string_view, 14> names_of_keys{"round",     "selection", "kind",    "subject",  "target",
                                                         "id",        "entry",     "service", "client",   "role",
                                                         "technique", "tier",      "truth",   "predicted"};

bool is_key(std::string_view column) { return std::ranges::find(names_of_keys, column) != names_of_keys.end(); }

Cell cell_of(const ValuesOfColumn& column, std::size_t row) {
    return std::visit([&](const auto& values) { return Cell{values[row]}; }, column.values);
}

bool same_cell(const ValuesOfColumn& a, std::size_t row_a, const ValuesOfColumn& b, std::size_t row_b) {
    if (const auto* const reals = std::get_if<std::vector<double>>(&a.values)) {
        return same_bits((*reals)[row_a], std::get<std::vector<double>>(b.values)[row_b]);
    }
    return std::visit(
        [&](const auto& values) {
            using Values = std::decay_t<decltype(values)>;
            return values[row_a] == std::get<Values>(b.values)[row_b];
        },
        a.values);
}

/// A table's rows by the text of their keys.
class KeyedRows {
public:
    KeyedRows(const StoredValues& table, const std::vector<std::string>& keys, std::int64_t last_round) {
        std::vector<const ValuesOfColumn*> columns;
        for (const std::string& key : keys) {
            columns.push_back(table.find(key));
        }
        std::unordered_map<std::string, std::size_t> occurrences;
        const ValuesOfColumn* const rounds = table.find("round");
        for (std::size_t row = 0; row < table.rows; ++row) {
            const std::int64_t round = rounds != nullptr ? std::get<std::int64_t>(cell_of(*rounds, row)) : 0;
            if (round > last_round) {
                continue;
            }
            std::string text;
            for (const ValuesOfColumn* column : columns) {
                text += (text.empty() ? "" : ", ") + column->name + " " + cell_text(cell_of(*column, row));
            }
            if (const std::size_t occurrence = ++occurrences[text]; occurrence > 1) {
                text += " (number " + std::to_string(occurrence) + ")";
            }
            row_with_.emplace(text, row);
            rows_.push_back({.row = row, .round = round, .text = std::move(text)});
        }
    }

    struct Row {
        std::size_t row;  ///< its number in the table
        std::int64_t round;
        std::string text;
    };
    /// In the order of the file.
    [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
    [[nodiscard]] std::optional<std::size_t> find(const std::string& text) const {
        const auto found = row_with_.find(text);
        return found == row_with_.end() ? std::nullopt : std::optional{found->second};
    }

private:
    std::vector<Row> rows_;
    std::unordered_map<std::string, std::size_t> row_with_;
};

/// Columns of one of the two that the other lacks.
std::vector<std::string> lone_columns(const StoredValues& table, const StoredValues& other) {
    std::vector<std::string> names;
    for (const ValuesOfColumn& column : table.columns) {
        if (other.find(column.name) == nullptr) {
            names.push_back(column.name);
        }
    }
    return names;
}

void take(TableDifference& difference, DifferingCell cell) {
    ++difference.differing;
    const std::optional<Gap> gap = gap_between(cell.a, cell.b);
    const auto& largest = difference.largest;
    if (gap && (!largest || gap->relative > gap_between(largest->a, largest->b)->relative)) {
        difference.largest = cell;
    }
    if (!difference.first) {
        difference.first = std::move(cell);
    }
}

/// How many rows of `rows` the other lacks, and the first of them.
void count_lone(const KeyedRows& rows, const KeyedRows& other, std::size_t& count, std::optional<LoneRow>& first) {
    for (const KeyedRows::Row& row : rows.rows()) {
        if (!other.find(row.text)) {
            ++count;
            first = first ? first : LoneRow{.round = row.round, .row = row.text};
        }
    }
}

}  // namespace

std::optional<std::int64_t> TableDifference::first_round() const {
    std::optional<std::int64_t> earliest;
    const auto consider = [&](const auto& place) {
        if (place && (!earliest || place->round < *earliest)) {
            earliest = place->round;
        }
    };
    consider(first);
    consider(first_only_a);
    consider(first_only_b);
    return earliest;
}

TableDifference difference_of(const StoredValues& a, const StoredValues& b, std::int64_t last_round) {
    TableDifference difference{.table = a.table};
    difference.columns_only_a = lone_columns(a, b);
    difference.columns_only_b = lone_columns(b, a);
    std::vector<std::string> keys;
    std::vector<std::pair<const ValuesOfColumn*, const ValuesOfColumn*>> columns;
    for (const ValuesOfColumn& column : a.columns) {
        const ValuesOfColumn* const other = b.find(column.name);
        if (other != nullptr && other->values.index() != column.values.index()) {
            difference.columns_of_two_types.push_back(column.name);
        } else if (other != nullptr && is_key(column.name)) {
            keys.push_back(column.name);
        } else if (other != nullptr) {
            columns.emplace_back(&column, other);
        }
    }
    const KeyedRows rows_a{a, keys, last_round};
    const KeyedRows rows_b{b, keys, last_round};
    for (const KeyedRows::Row& row : rows_a.rows()) {
        const std::optional<std::size_t> other = rows_b.find(row.text);
        if (!other) {
            continue;
        }
        ++difference.rows;
        difference.cells += columns.size();
        for (const auto& [column_a, column_b] : columns) {
            if (!same_cell(*column_a, row.row, *column_b, *other)) {
                take(difference, {.round = row.round,
                                  .row = row.text,
                                  .column = column_a->name,
                                  .a = cell_of(*column_a, row.row),
                                  .b = cell_of(*column_b, *other)});
            }
        }
    }
    count_lone(rows_a, rows_b, difference.rows_only_a, difference.first_only_a);
    count_lone(rows_b, rows_a, difference.rows_only_b, difference.first_only_b);
    return difference;
}

}  // namespace mlaasim::study
