#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "sim/core/error.hpp"
#include "sim/storage/csv_field.hpp"
#include "sim/storage/header.hpp"
#include "sim/storage/table.hpp"
#include "sim/storage/trace_file.hpp"

namespace mlaasim::sim {
namespace {

/// The shortest decimal text that reads back as the same number.
template <class T>
std::string number(const std::byte* from) {
    T value{};
    std::memcpy(&value, from, sizeof value);
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

std::string cell(const StoredColumn& column, const std::byte* from) {
    switch (column.type) {
        case FieldType::int32: return number<std::int32_t>(from);
        case FieldType::uint32: return number<std::uint32_t>(from);
        case FieldType::int64: return number<std::int64_t>(from);
        case FieldType::float64: return number<double>(from);
        case FieldType::text: break;
    }
    std::string_view text{reinterpret_cast<const char*>(from), column.size};
    return csv_field(text.substr(0, text.find('\0')));
}

void write_line(const std::vector<StoredColumn>& columns, const std::byte* from, std::ostream& out) {
    for (const StoredColumn& column : columns) {
        out << (&column == columns.data() ? "" : ",") << cell(column, from);
        from += column.size;
    }
    out << '\n';
}

}  // namespace

void write_csv(const std::filesystem::path& file, const std::string& table, std::ostream& out) {
    const Hdf5File trace = Hdf5File::open_to_read(file);
    static_cast<void>(load_header(trace));
    const std::vector<StoredColumn> columns = stored_columns(trace, table);
    for (const StoredColumn& column : columns) {
        out << (&column == columns.data() ? "" : ",") << column.name;
    }
    out << '\n';
    read_packed(trace, table, [&](std::span<const std::byte> rows, std::size_t row_size) {
        for (std::size_t offset = 0; offset < rows.size(); offset += row_size) {
            write_line(columns, rows.data() + offset, out);
        }
    });
    if (!out.flush()) {
        throw InputError{Problem{.file = file.string(),
                                 .what = "cannot write table '" + table + "' as CSV",
                                 .expected = "an output with enough space"}};
    }
}

}  // namespace mlaasim::sim
