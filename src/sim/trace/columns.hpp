// How a table of the trace declares its columns: each in one line, which is the member of the row and what is said of
// it.
//
//     /// One row per service that went on strike.
//     struct StrikeRecord {
//         MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
//         MLAASIM_COLUMN(double, loss_j, "J", "energy that the strike cost")
//         MLAASIM_TABLE(StrikeRecord, "strikes", "One row per service that went on strike.")
//     };
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "sim/trace/schema.hpp"

namespace mlaasim::sim {

/// Every table begins with this column.
inline constexpr std::string_view number_of_the_round = "the round; 0 is the set-up before training";

/// A line of the file in which a table is declared. It tells the table's columns apart and puts them in order.
template <std::size_t Line>
struct ColumnLine {};

/// Calls `take` with each column that a record declares on lines 1 to LastLine, in order.
template <class Record, std::size_t LastLine>
constexpr void for_each_column(auto take) {
    const auto visit = [&]<std::size_t Line>(ColumnLine<Line> line) {
        if constexpr (requires { Record::column(line); }) {
            take(Record::column(line));
        }
    };
    const auto visit_all = [&]<std::size_t... Line>(std::index_sequence<Line...> /*lines*/) {
        (visit(ColumnLine<Line + 1>{}), ...);
    };
    visit_all(std::make_index_sequence<LastLine>{});
}

/// The columns that a record declares on lines 1 to LastLine, in order.
template <class Record, std::size_t LastLine>
[[nodiscard]] consteval auto columns_of() {
    constexpr std::size_t count = [] {
        std::size_t found = 0;
        for_each_column<Record, LastLine>([&](const Field&) { ++found; });
        return found;
    }();
    std::array<Field, count> columns{};
    std::size_t next = 0;
    for_each_column<Record, LastLine>([&](const Field& column) { columns[next++] = column; });
    return columns;
}

}  // namespace mlaasim::sim

// NOLINTBEGIN(cppcoreguidelines-macro-usage): a macro alone can name a member and write its name down.

/// A column of a record: its type (one of FieldTypeOf), name, unit and documentation; then the value of a new record,
/// where that is not zero.
#define MLAASIM_COLUMN(type, name, unit, doc, ...)                                                                 \
    type name{__VA_ARGS__};                                                                                        \
    static consteval ::mlaasim::sim::Field column(::mlaasim::sim::ColumnLine<__LINE__> /*line*/) {                 \
        return {#name, ::mlaasim::sim::FieldTypeOf<type>::value, offsetof(Record, name), sizeof(type), unit, doc}; \
    }

/// Ends a record: its type, the table's name in the file and its documentation. `Record::table()` is the table.
#define MLAASIM_TABLE(record, name, doc)                                                              \
    using Record = record;                                                                            \
    static const ::mlaasim::sim::Table& table() {                                                     \
        static constexpr auto columns = ::mlaasim::sim::columns_of<Record, __LINE__>();               \
        static constexpr Record blank{};                                                              \
        static constexpr ::mlaasim::sim::Table described{name, doc, sizeof(Record), columns, &blank}; \
        return described;                                                                             \
    }

// NOLINTEND(cppcoreguidelines-macro-usage)
