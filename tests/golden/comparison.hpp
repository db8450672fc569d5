// How golden rows differ, in words: which table, row and column first, and how much by column.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "golden/rows.hpp"

namespace mlaasim::testing {
namespace detail {

/// The number in a cell that holds a floating-point number ("0x1.8p+1", "-nan", "inf").
inline std::optional<double> floating_point(const std::string& cell) {
    const std::string digits = cell.substr(cell.starts_with('-') ? 1 : 0);
    char* end = nullptr;
    const double value = std::strtod(cell.c_str(), &end);
    const bool is_one = digits.starts_with("0x") || digits == "nan" || digits == "inf";
    return is_one && *end == '\0' ? std::optional{value} : std::nullopt;
}

/// "0.1 (0x1.999999999999ap-4)"; cells of other types as they are.
inline std::string decimal_and_hex(const std::string& cell) {
    const auto value = floating_point(cell);
    if (!value) {
        return cell.empty() ? "nothing" : cell;
    }
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), *value).ptr;
    return std::string(text.data(), end) + " (" + cell + ")";
}

/// |a - b| over the larger of |a| and |b|; infinite when only one of them is finite.
inline double relative_difference(double a, double b) {
    const double scale = std::max(std::abs(a), std::abs(b));
    const double difference = std::abs(a - b) / scale;
    return std::isfinite(difference) ? difference : std::numeric_limits<double>::infinity();
}

/// A column that both tables have: its place in each.
struct SharedColumn {
    std::string name;
    std::size_t before;
    std::size_t now;
    std::size_t rows = 0;  ///< that differ
    double largest = -1.0;
    std::size_t row_of_largest = 0;
};

inline const std::string& cell_at(const std::vector<std::string>& row, std::size_t column) {
    static const std::string none;
    return column < row.size() ? row[column] : none;
}

/// "row 4 (round 2, service 5)", counted from 1, named by the first two columns.
inline std::string place(const TextTable& table, std::size_t row) {
    std::string names;
    for (std::size_t c = 0; c < std::min<std::size_t>(2, table.columns.size()); ++c) {
        names += (c == 0 ? "" : ", ") + table.columns[c] + " " + cell_at(table.rows[row], c);
    }
    return "row " + std::to_string(row + 1) + " (" + names + ")";
}

inline std::string column_differences(const std::vector<SharedColumn>& columns) {
    std::string text;
    for (const SharedColumn& column : columns) {
        if (column.rows == 0) {
            continue;
        }
        text += "    " + column.name + ": " + std::to_string(column.rows) + (column.rows == 1 ? " row" : " rows");
        if (column.largest >= 0.0) {
            char number[32];
            std::snprintf(number, sizeof number, "%.2g", column.largest);
            text += ", largest relative difference " + std::string{number} + " in row " +
                    std::to_string(column.row_of_largest + 1);
        }
        text += "\n";
    }
    return text;
}

/// Rows are compared in order, as far as both tables go.
inline std::string table_differences(const TextTable& before, const TextTable& now) {
    std::string text;
    std::vector<SharedColumn> shared;
    const auto place_in = [](const std::vector<std::string>& columns, const std::string& name) {
        return static_cast<std::size_t>(std::find(columns.begin(), columns.end(), name) - columns.begin());
    };
    for (std::size_t c = 0; c < now.columns.size(); ++c) {
        const std::size_t earlier = place_in(before.columns, now.columns[c]);
        if (earlier == before.columns.size()) {
            text += "    column " + now.columns[c] + " is new\n";
        } else {
            shared.push_back({.name = now.columns[c], .before = earlier, .now = c});
        }
    }
    for (const std::string& column : before.columns) {
        if (place_in(now.columns, column) == now.columns.size()) {
            text += "    column " + column + " is gone\n";
        }
    }
    if (before.rows.size() != now.rows.size()) {
        text += "    " + std::to_string(now.rows.size()) + " rows, before " + std::to_string(before.rows.size()) + "\n";
    }
    std::string first;
    for (std::size_t r = 0; r < std::min(before.rows.size(), now.rows.size()); ++r) {
        for (SharedColumn& column : shared) {
            const std::string& old_cell = cell_at(before.rows[r], column.before);
            const std::string& new_cell = cell_at(now.rows[r], column.now);
            if (old_cell == new_cell) {
                continue;
            }
            if (first.empty()) {
                first = "    first in " + place(now, r) + ": " + column.name + " is " + decimal_and_hex(new_cell) +
                        ", was " + decimal_and_hex(old_cell) + "\n";
            }
            ++column.rows;
            const auto a = floating_point(old_cell);
            const auto b = floating_point(new_cell);
            if (a && b && relative_difference(*a, *b) > column.largest) {
                column.largest = relative_difference(*a, *b);
                column.row_of_largest = r;
            }
        }
    }
    text += first + column_differences(shared);
    if (text.empty() && before != now) {
        text = "    the same columns in another order\n";
    }
    return text.empty() ? text : "  " + now.name + ":\n" + text;
}

}  // namespace detail

/// How `now` differs from `before`, table by table; empty when they are equal.
inline std::string differences(const GoldenRows& before, const GoldenRows& now) {
    const auto table_of = [](const GoldenRows& rows, const std::string& name) {
        return std::find_if(rows.begin(), rows.end(), [&](const TextTable& table) { return table.name == name; });
    };
    std::string text;
    for (const TextTable& table : now) {
        const auto earlier = table_of(before, table.name);
        text += earlier == before.end() ? "  " + table.name + ": new, " + std::to_string(table.rows.size()) + " rows\n"
                                        : detail::table_differences(*earlier, table);
    }
    for (const TextTable& table : before) {
        if (table_of(now, table.name) == now.end()) {
            text += "  " + table.name + ": gone, had " + std::to_string(table.rows.size()) + " rows\n";
        }
    }
    return text.empty() && before != now ? "  the same tables in another order\n" : text;
}

}  // namespace mlaasim::testing
