// The rows of a trace as text that a version control system compares line by line.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/sha256.hpp"
#include "sim/storage/trace_file.hpp"
#include "sim/trace/records.hpp"

namespace mlaasim::testing {

/// One table: a cell for each column of each row.
struct TextTable {
    std::string name;
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows{};

    friend bool operator==(const TextTable&, const TextTable&) = default;
};

using GoldenRows = std::vector<TextTable>;

/// Times differ from run to run, and digests say nothing that the rows don't say.
inline bool is_golden(const sim::Table& table) { return table.name != "timing" && table.name != "digests"; }

namespace detail {

template <class T>
T value_at(const std::byte* from) {
    T value{};
    std::memcpy(&value, from, sizeof value);
    return value;
}

/// Every bit of the number but a NaN's payload.
inline std::string hex(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%a", value);
    return text;
}

/// Without what separates cells and lines.
inline std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '%': result += "%25"; break;
            case ',': result += "%2C"; break;
            case '\n': result += "%0A"; break;
            default: result += c;
        }
    }
    return result;
}

inline std::string cell(const sim::Field& field, const std::byte* record) {
    const std::byte* const from = record + field.offset;
    switch (field.type) {
        case sim::FieldType::int32: return std::to_string(value_at<std::int32_t>(from));
        case sim::FieldType::uint32: return std::to_string(value_at<std::uint32_t>(from));
        case sim::FieldType::int64: return std::to_string(value_at<std::int64_t>(from));
        case sim::FieldType::float64: return hex(value_at<double>(from));
        case sim::FieldType::text: {
            const std::string_view text{reinterpret_cast<const char*>(from), field.size};
            return escaped(text.substr(0, text.find('\0')));
        }
    }
    ADD_FAILURE() << "golden rows have no text for the type of column '" << field.name << "'";
    return {};
}

inline TextTable table_rows(const std::filesystem::path& trace, const sim::Table& table) {
    TextTable result{.name = std::string{table.name}, .columns = {}};
    for (const sim::Field& field : table.fields) {
        result.columns.emplace_back(field.name);
    }
    const std::vector<std::byte> records = sim::read_rows(trace, table);
    for (std::size_t at = 0; at < records.size(); at += table.record_size) {
        std::vector<std::string>& row = result.rows.emplace_back();
        for (const sim::Field& field : table.fields) {
            row.push_back(cell(field, records.data() + at));
        }
    }
    return result;
}

inline std::string sha256(std::span<const std::byte> bytes) {
    sim::Sha256 sum;
    sum.update(bytes);
    return sum.hex();
}

/// A row per array of the checkpoint, parameters and services' states among them: they count, but aren't spelt out.
inline TextTable checkpoint_rows(const std::filesystem::path& trace) {
    TextTable result{.name = "checkpoint", .columns = {"array", "type", "shape", "sha256"}};
    const auto checkpoint = sim::read_checkpoint(trace);
    if (!checkpoint) {
        return result;
    }
    for (const auto& [name, array] : checkpoint->arrays) {
        constexpr const char* types[] = {"float32", "float64", "int64", "uint8"};
        std::string shape;
        for (const std::uint64_t extent : array.shape) {
            shape += (shape.empty() ? "" : "x") + std::to_string(extent);
        }
        result.rows.push_back({name, types[static_cast<std::size_t>(array.type)], shape, sha256(array.bytes)});
    }
    for (const auto& [service, state] : checkpoint->service_state) {
        result.rows.push_back({"state of service " + std::to_string(service.value()), "float32",
                               std::to_string(state.size()), sha256(std::as_bytes(std::span{state}))});
    }
    return result;
}

inline std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
        if (c == ',') {
            cells.emplace_back();
        } else {
            cells.back() += c;
        }
    }
    return cells;
}

inline std::string joined(const std::vector<std::string>& cells) {
    std::string line;
    for (const std::string& cell : cells) {
        line += (&cell == cells.data() ? "" : ",") + cell;
    }
    return line + "\n";
}

}  // namespace detail

/// Every golden table of a trace, then the checkpoint.
inline GoldenRows golden_rows(const std::filesystem::path& trace) {
    GoldenRows rows;
    for (const sim::Table* table : sim::all_tables()) {
        if (is_golden(*table)) {
            rows.push_back(detail::table_rows(trace, *table));
        }
    }
    rows.push_back(detail::checkpoint_rows(trace));
    return rows;
}

/// "[TABLE]", a line with the names of the columns, a line per row; an empty line between tables.
inline std::string to_text(const GoldenRows& rows) {
    std::string text;
    for (const TextTable& table : rows) {
        text += (text.empty() ? "[" : "\n[") + table.name + "]\n" + detail::joined(table.columns);
        for (const auto& row : table.rows) {
            text += detail::joined(row);
        }
    }
    return text;
}

/// What to_text wrote.
inline GoldenRows from_text(const std::string& text) {
    GoldenRows rows;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('[')) {
            rows.push_back({.name = line.substr(1, line.size() - 2), .columns = {}});
        } else if (!line.empty() && !rows.empty()) {
            TextTable& table = rows.back();
            std::vector<std::string> cells = detail::split(line);
            if (table.columns.empty()) {
                table.columns = std::move(cells);
            } else {
                table.rows.push_back(std::move(cells));
            }
        }
    }
    return rows;
}

}  // namespace mlaasim::testing
