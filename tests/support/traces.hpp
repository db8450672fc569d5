// What tests read from the traces that runs leave. They read them themselves: to start the program for it takes half a
// second each time.
#pragma once

#include <gtest/gtest.h>

#include <exception>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "sim/storage/trace_file.hpp"

namespace mlaasim::testing {

/// What has to be equal between two runs of one scenario: the digest of every table but timing, and of the checkpoint.
/// Empty, with a failure, when the trace is not whole.
inline std::map<std::string, std::string> digests(const std::filesystem::path& folder) {
    std::map<std::string, std::string> by_name;
    try {
        EXPECT_EQ(sim::verify(folder / "trace.h5"), sim::Verified::by_digests);
        for (const auto& [name, digest] : sim::digests(folder / "trace.h5")) {
            by_name[name] = digest;
        }
        EXPECT_TRUE(by_name.contains("all") && by_name.contains("checkpoint"));
    } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
    }
    by_name.erase("timing");
    return by_name;
}

/// What a trace says of its run; empty, with a failure, when it can't be read.
inline sim::TraceHeader header_of(const std::filesystem::path& folder) {
    try {
        return sim::read_header(folder / "trace.h5");
    } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
        return {};
    }
}

/// The lines of a table as CSV, its header first. Empty, with a failure, when it can't be read.
inline std::vector<std::string> csv_lines(const std::filesystem::path& folder, const std::string& table) {
    std::stringstream text;
    try {
        sim::write_csv(folder / "trace.h5", table, text);
    } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
    }
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) {
        lines.push_back(line);
    }
    return lines;
}

/// Lines of a table, its header among them, that hold every one of `words`.
inline int count_rows(const std::filesystem::path& folder, const std::string& table,
                      std::initializer_list<std::string> words) {
    int rows = 0;
    for (const std::string& line : csv_lines(folder, table)) {
        bool all = true;
        for (const std::string& word : words) {
            all = all && line.find(word) != std::string::npos;
        }
        rows += all ? 1 : 0;
    }
    return rows;
}

/// Rows of a table, by column; no column holds a comma. A failure when there is no table.
inline std::vector<std::map<std::string, std::string>> table_of(const std::filesystem::path& folder,
                                                                const std::string& table) {
    const auto cells = [](const std::string& line) {
        std::vector<std::string> values;
        std::istringstream rest{line};
        for (std::string value; std::getline(rest, value, ',');) {
            values.push_back(value);
        }
        return values;
    };
    std::vector<std::string> columns;
    std::vector<std::map<std::string, std::string>> rows;
    for (const std::string& line : csv_lines(folder, table)) {
        if (columns.empty()) {
            columns = cells(line);
            continue;
        }
        const std::vector<std::string> values = cells(line);
        std::map<std::string, std::string>& row = rows.emplace_back();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            row[columns[i]] = values.at(i);
        }
    }
    return rows;
}

}  // namespace mlaasim::testing
