// A number that a study takes from each run's trace, by a small expression:
//
//     rounds.accuracy.last                        the last round's accuracy
//     rounds.accuracy[-5:].mean                   the mean of the last five rounds
//     clients.accuracy(round=last).min            the worst client of the last round
//     events.count(kind=substitution)             how many rows there are
//
//     expression = TABLE "." COLUMN [ filter ] [ slice ] [ "." reduction ]  |  TABLE ".count" [ filter ]
//     filter     = "(" condition { "," condition } ")"
//     condition  = COLUMN ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) ( NUMBER | WORD | "'" TEXT "'" | "first" | "last" )
//     slice      = "[" [ INTEGER ] ":" [ INTEGER ] "]"  |  "[" INTEGER "]"      as in Python: -1 is the last row
//     reduction  = "mean" | "median" | "std" | "min" | "max" | "sum" | "first" | "last"
//
// The reduction may be left out behind [INTEGER]. In a condition "first" and "last" stand for the column's value in the
// first and the last row of the table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/storage/stored_values.hpp"

namespace mlaasim::study {

/// The tables of one trace, each read once, when it is first asked for.
class TraceTables {
public:
    explicit TraceTables(std::filesystem::path trace) : trace_{std::move(trace)} {}

    /// Throws InputError when the trace has no such table, or can't be read.
    const sim::StoredValues& table(const std::string& name);
    /// Whether the run left out rows of services (the scenario's trace.service_rows).
    [[nodiscard]] bool omits_services();

private:
    std::filesystem::path trace_;
    std::map<std::string, sim::StoredValues> tables_;
    std::optional<bool> omits_services_{};
};

enum class Reduction { mean, median, std, min, max, sum, first, last, count };
enum class Comparison { equal, unequal, less, at_most, greater, at_least };
/// The value of a column in the table's first or last row.
enum class Row { first, last };

struct RowCondition {
    std::string column;
    Comparison comparison = Comparison::equal;
    std::variant<double, std::string, Row> value;
};

/// Rows by their number, as Python slices: a negative number counts from the end.
struct Slice {
    std::optional<std::int64_t> begin;
    std::optional<std::int64_t> end;
};

struct Metric {
    std::string table;
    std::string column{};  ///< empty for a count
    std::vector<RowCondition> conditions{};
    Slice slice{};
    Reduction reduction = Reduction::last;
};

/// Throws InputError: what is wrong, at which character of the text, and what was expected. Tables and columns are
/// those of this version's traces.
[[nodiscard]] Metric parse_metric(std::string_view text);

/// The metric of a run. Values that are no numbers (NaN) are left out; nothing is left where no row fits. Where the run
/// left out rows of services, their sums are added. Throws InputError when these are not enough, and when the trace
/// can't be read.
[[nodiscard]] std::optional<double> value_of(const Metric& metric, TraceTables& tables);

}  // namespace mlaasim::study
