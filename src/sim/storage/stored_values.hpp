// A stored table as columns of values, whatever schema wrote it: for readers that look columns up by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mlaasim::sim {

struct ValuesOfColumn {
    std::string name;
    /// By the column's type: integers of every width, real numbers, texts without their padding.
    std::variant<std::vector<std::int64_t>, std::vector<double>, std::vector<std::string>> values;
};

/// Rows of one table, column by column; all columns are equally long.
struct StoredValues {
    std::string table;
    std::vector<ValuesOfColumn> columns;  ///< in the order of the file
    std::size_t rows = 0;

    /// Null when the table has no column of that name.
    [[nodiscard]] const ValuesOfColumn* find(std::string_view column) const;
    /// A column of numbers as real numbers; integers beyond 2^53 are rounded. Throws InputError when there is no such
    /// column, or when it holds texts.
    [[nodiscard]] std::vector<double> numbers(std::string_view column) const;
    /// Throws InputError when there is no such column, or when it holds numbers.
    [[nodiscard]] const std::vector<std::string>& texts(std::string_view column) const;
};

/// Throws InputError unless the file is a trace that holds this table.
[[nodiscard]] StoredValues read_values(const std::filesystem::path& file, const std::string& table);

}  // namespace mlaasim::sim
