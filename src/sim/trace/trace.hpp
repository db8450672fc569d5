// Rows and state of a run on their way to the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/trace/records.hpp"

namespace mlaasim::sim {

/// Rows that have not been committed yet, in the order of `append`, per table.
class RowBuffer {
public:
    RowBuffer();

    template <class Record>
    void append(const Record& record) {
        append(Record::table(), std::as_bytes(std::span{&record, 1}));
    }
    /// `rows` holds whole records of the table.
    void append(const Table& table, std::span<const std::byte> rows);

    [[nodiscard]] std::span<const std::byte> rows(const Table& table) const;
    void append_all(const RowBuffer& other);
    void clear();

private:
    std::vector<std::vector<std::byte>> bytes_;  // by position in all_tables()
};

/// State that can't be recomputed: what `--resume` starts from.
struct Checkpoint {
    struct Array {
        enum class Type : std::uint8_t { float32, float64, int64, uint8 } type = Type::uint8;
        std::vector<std::uint64_t> shape;
        std::vector<std::byte> bytes;
    };

    Round round;                          ///< the last round that is complete
    std::map<std::string, Array> arrays;  ///< e.g. "composition", "bandit"; each commit replaces all of them
    /// Per-service state, given only for services that changed since the last commit. All rows have the same length.
    std::map<ServiceId, std::vector<float>> service_state;
    /// Every service that has state, changed or not. The states of all others are removed.
    std::set<ServiceId> stateful;

    void put(const std::string& name, std::span<const float> values, std::vector<std::uint64_t> shape = {});
    void put(const std::string& name, std::span<const double> values, std::vector<std::uint64_t> shape = {});
    void put(const std::string& name, std::span<const std::int64_t> values, std::vector<std::uint64_t> shape = {});
    void put(const std::string& name, std::span<const std::uint8_t> values, std::vector<std::uint64_t> shape = {});
    /// Throw InputError when the array is missing or of another type (a damaged or foreign trace).
    [[nodiscard]] std::vector<float> floats(const std::string& name) const;
    [[nodiscard]] std::vector<double> doubles(const std::string& name) const;
    [[nodiscard]] std::vector<std::int64_t> integers(const std::string& name) const;
    [[nodiscard]] std::vector<std::uint8_t> bytes(const std::string& name) const;
};

/// What the file says of the run: its attributes.
struct TraceHeader {
    std::int32_t schema_version = trace_schema_version;  ///< of the file that was read; what is written is the newest
    std::string program_version;
    std::string git_commit;
    std::string scenario_yaml;    ///< resolved, every default written out
    std::string scenario_digest;  ///< SHA-256 of scenario_yaml and data: what --resume compares
    std::string data;             ///< "mnist SHA-256 HEX": the source and what was in it, wherever its files lay
    std::uint64_t seed = 0;
    std::string instruction_set;
    std::string model;             ///< JSON (model_description.hpp); empty in traces before schema 5
    std::string library_versions;  ///< "LibTorch 2.15.0; HDF5 1.10.8; ..."
};

}  // namespace mlaasim::sim
