// The rows of a table as the records that docs/trace.md describes.
#pragma once

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <vector>

#include "sim/storage/trace_file.hpp"

namespace mlaasim::sim {

/// All rows of the record's table, in the order of the file. Throws InputError as `read_rows` does.
template <class Record>
[[nodiscard]] std::vector<Record> records_of(const std::filesystem::path& file) {
    const std::vector<std::byte> bytes = read_rows(file, Record::table());
    std::vector<Record> records(bytes.size() / sizeof(Record));
    if (!records.empty()) {
        std::memcpy(records.data(), bytes.data(), records.size() * sizeof(Record));
    }
    return records;
}

}  // namespace mlaasim::sim
