#include "study/difference_text.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "sim/core/counted.hpp"

namespace mlaasim::study {
namespace {

/// How many arrays of the checkpoint are shown.
constexpr std::size_t most_arrays = 10;

std::int64_t count(std::size_t number) { return static_cast<std::int64_t>(number); }

std::string pair_text(const std::string& a, const std::string& b) {
    return fmt::format("    A  {}\n    B  {}\n", a, b);
}

std::string scenario_text(const Difference& difference) {
    std::string text = "Scenario: the same\n";
    if (!difference.options.empty()) {
        text = fmt::format("Scenario: {}\n", difference.options.size() == 1
                                                 ? "1 option differs"
                                                 : fmt::format("{} options differ", difference.options.size()));
        for (const DifferingOption& option : difference.options) {
            text += "  " + option.path + "\n" +
                    pair_text(option.values[0].value_or("(absent)"), option.values[1].value_or("(absent)"));
        }
    }
    text += difference.data ? "Data: not the same\n" + pair_text(difference.data->a, difference.data->b)
                            : "Data: the same\n";
    if (difference.versions.empty()) {
        return text + "Program, libraries and instruction set: the same\n";
    }
    text += "Program, libraries and instruction set: not the same\n";
    for (const DifferingFact& fact : difference.versions) {
        text += "  " + fact.what + "\n" + pair_text(fact.a, fact.b);
    }
    return text;
}

std::string gap_text(const DifferingCell& cell) {
    const std::optional<Gap> gap = gap_between(cell.a, cell.b);
    return gap ? fmt::format("    differ by {:.4g}, relative {:.2g}\n", gap->absolute, gap->relative) : "";
}

std::string first_text(const TableDifference& table) {
    std::string text = fmt::format("First difference: round {}, table {}\n", *table.first_round(), table.table);
    if (table.first && table.first->round == table.first_round()) {
        const DifferingCell& cell = *table.first;
        return text + fmt::format("  {}: {}\n", cell.row, cell.column) +
               pair_text(cell_text(cell.a), cell_text(cell.b)) + gap_text(cell);
    }
    const auto lone = [&](const std::optional<LoneRow>& row, const char* side) {
        if (row && row->round == table.first_round()) {
            text += fmt::format("  only {} has the row {}\n", side, row->row);
        }
    };
    lone(table.first_only_a, "A");
    lone(table.first_only_b, "B");
    return text;
}

std::string uncompared_text(const Difference& difference) {
    std::string text;
    const auto add = [&](const std::vector<std::string>& names, const std::string& what) {
        if (!names.empty()) {
            text += fmt::format("Not compared: {}: {}\n", what, fmt::join(names, ", "));
        }
    };
    add(difference.tables_only_a, "tables that only A has");
    add(difference.tables_only_b, "tables that only B has");
    for (const TableDifference& table : difference.tables) {
        add(table.columns_only_a, "columns of " + table.table + " that only A has");
        add(table.columns_only_b, "columns of " + table.table + " that only B has");
        add(table.columns_of_two_types, "columns of " + table.table + " whose types differ");
    }
    return text;
}

std::string tables_text(const Difference& difference) {
    std::string text = fmt::format("{:<12}{:>9}{:>8}{:>8}{:>10}{:>11}{:>11}{:>11}\n", "table", "rows", "only A",
                                   "only B", "cells", "differing", "from round", "largest");
    for (const TableDifference& table : difference.tables) {
        const std::optional<Gap> largest =
            table.largest ? gap_between(table.largest->a, table.largest->b) : std::nullopt;
        text += fmt::format("{:<12}{:>9}{:>8}{:>8}{:>10}{:>11}{:>11}{:>11}\n", table.table, table.rows,
                            table.rows_only_a, table.rows_only_b, table.cells, table.differing,
                            table.same() ? "-" : std::to_string(*table.first_round()),
                            largest ? fmt::format("{:.2g}", largest->relative) : "-");
    }
    return text + "  rows: in both; only A, only B: rows the other lacks; largest: relative gap\n";
}

std::string array_text(const ArrayDifference& array) {
    switch (array.what) {
        case ArrayDifference::What::only_in_a: return "only A has it";
        case ArrayDifference::What::only_in_b: return "only B has it";
        case ArrayDifference::What::of_two_forms: return "its type or shape differs";
        case ArrayDifference::What::values: break;
    }
    return fmt::format("{} of {} differ, first number {}: A {}, B {}", array.differing,
                       sim::counted(count(array.numbers), "number"), array.first, cell_text(array.a),
                       cell_text(array.b));
}

std::string checkpoint_text(const Difference& difference) {
    if (!difference.checkpoints_compared) {
        return "Checkpoint: not compared, because the two are of different rounds or schemas\n";
    }
    if (difference.checkpoint.empty()) {
        return "Checkpoint: the same\n";
    }
    std::string text =
        fmt::format("Checkpoint: not the same ({})\n", sim::counted(count(difference.checkpoint.size()), "array"));
    for (const ArrayDifference& array : difference.checkpoint) {
        if (&array == difference.checkpoint.data() + most_arrays) {
            text += fmt::format("  and {} more\n", difference.checkpoint.size() - most_arrays);
            break;
        }
        text += fmt::format("  {}: {}\n", array.name, array_text(array));
    }
    return text;
}

std::string verdict(const Difference& difference) {
    const bool all = difference.a.header.schema_version == difference.b.header.schema_version;
    const char* const extent = all ? "" : " in what both schemas have";
    if (difference.same()) {
        return fmt::format("The runs are the same{}, to the last bit.\n", extent);
    }
    return difference.same_results()
               ? fmt::format("The results are the same{}, to the last bit; the scenarios or the data are not.\n",
                             extent)
               : "The runs differ.\n";
}

}  // namespace

std::string difference_text(const Difference& difference) {
    const auto run_text = [](const char* name, const RecordedRun& run) {
        return fmt::format("{}  {}: {}\n", name, run.file.string(), sim::counted(run.last_round, "round"));
    };
    std::string text = run_text("A", difference.a) + run_text("B", difference.b) + "\n" + scenario_text(difference);
    text += "\n";
    if (const TableDifference* const first = difference.first_table(); first != nullptr) {
        text += first_text(*first) + "\n";
    }
    if (difference.a.last_round != difference.b.last_round) {
        text += fmt::format("Compared up to round {}, the last that both have.\n", difference.common_rounds);
    }
    return text + tables_text(difference) + uncompared_text(difference) + checkpoint_text(difference) + "\n" +
           verdict(difference);
}

}  // namespace mlaasim::study
