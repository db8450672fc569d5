#include "sim/storage/stored_values.hpp"

#include <algorithm>
#include <cstring>
#include <span>

#include "sim/core/error.hpp"
#include "sim/storage/header.hpp"
#include "sim/storage/table.hpp"

namespace mlaasim::sim {
namespace {

using Values = decltype(ValuesOfColumn::values);

Values empty_values(FieldType type) {
    switch (type) {
        case FieldType::int32:
        case FieldType::uint32:
        case FieldType::int64: return std::vector<std::int64_t>{};
        case FieldType::float64: return std::vector<double>{};
        case FieldType::text: break;
    }
    return std::vector<std::string>{};
}

template <class T>
T number(const std::byte* from) {
    T value{};
    std::memcpy(&value, from, sizeof value);
    return value;
}

void append(const StoredColumn& column, const std::byte* from, Values& values) {
    switch (column.type) {
        case FieldType::int32: std::get<0>(values).push_back(number<std::int32_t>(from)); return;
        case FieldType::uint32: std::get<0>(values).push_back(number<std::uint32_t>(from)); return;
        case FieldType::int64: std::get<0>(values).push_back(number<std::int64_t>(from)); return;
        case FieldType::float64: std::get<1>(values).push_back(number<double>(from)); return;
        case FieldType::text: break;
    }
    const std::string_view padded{reinterpret_cast<const char*>(from), column.size};
    std::get<2>(values).emplace_back(padded.substr(0, padded.find('\0')));
}

}  // namespace

const ValuesOfColumn* StoredValues::find(std::string_view column) const {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const ValuesOfColumn& candidate) { return candidate.name == column; });
    return found == columns.end() ? nullptr : &*found;
}

std::vector<double> StoredValues::numbers(std::string_view column) const {
    const ValuesOfColumn* const found = find(column);
    if (found != nullptr) {
        if (const auto* const reals = std::get_if<std::vector<double>>(&found->values)) {
            return *reals;
        }
        if (const auto* const integers = std::get_if<std::vector<std::int64_t>>(&found->values)) {
            return {integers->begin(), integers->end()};
        }
    }
    throw InputError({.what = "the table " + table + " has no column of numbers that is named " + std::string{column}});
}

const std::vector<std::string>& StoredValues::texts(std::string_view column) const {
    const ValuesOfColumn* const found = find(column);
    const auto* const texts = found != nullptr ? std::get_if<std::vector<std::string>>(&found->values) : nullptr;
    if (texts == nullptr) {
        throw InputError(
            {.what = "the table " + table + " has no column of texts that is named " + std::string{column}});
    }
    return *texts;
}

StoredValues read_values(const std::filesystem::path& file, const std::string& table) {
    const Hdf5File trace = Hdf5File::open_to_read(file);
    static_cast<void>(load_header(trace));
    const std::vector<StoredColumn> columns = stored_columns(trace, table);
    StoredValues stored{.table = table};
    for (const StoredColumn& column : columns) {
        stored.columns.push_back({.name = column.name, .values = empty_values(column.type)});
    }
    read_packed(trace, table, [&](std::span<const std::byte> rows, std::size_t row_size) {
        for (const std::byte* row = rows.data(); row != rows.data() + rows.size(); row += row_size) {
            const std::byte* from = row;
            for (std::size_t i = 0; i < columns.size(); ++i) {
                append(columns[i], from, stored.columns[i].values);
                from += columns[i].size;
            }
            ++stored.rows;
        }
    });
    return stored;
}

}  // namespace mlaasim::sim
