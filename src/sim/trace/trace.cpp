#include "sim/trace/trace.hpp"

#include <cstring>
#include <functional>
#include <numeric>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

template <class T>
void put_values(std::map<std::string, Checkpoint::Array>& arrays, const std::string& name, Checkpoint::Array::Type type,
                std::span<const T> values, std::vector<std::uint64_t> shape) {
    if (shape.empty()) {
        shape = {values.size()};
    }
    const auto elements = std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>{});
    expects(elements == values.size(), "the shape of a checkpoint array has as many elements as there are values");
    const auto bytes = std::as_bytes(values);
    arrays.insert_or_assign(name, Checkpoint::Array{type, std::move(shape), {bytes.begin(), bytes.end()}});
}

template <class T>
std::vector<T> get_values(const std::map<std::string, Checkpoint::Array>& arrays, const std::string& name,
                          Checkpoint::Array::Type type) {
    const auto found = arrays.find(name);
    if (found == arrays.end() || found->second.type != type) {
        throw InputError{Problem{
            .what = "the checkpoint " +
                    std::string{found == arrays.end() ? "has no array '" : "has another type of numbers in array '"} +
                    name + "'",
            .expected = "the arrays that this scenario's algorithms wrote",
            .hint = "resume with the scenario and the program version that wrote the trace"}};
    }
    std::vector<T> values(found->second.bytes.size() / sizeof(T));
    if (!values.empty()) {
        std::memcpy(values.data(), found->second.bytes.data(), values.size() * sizeof(T));
    }
    return values;
}

}  // namespace

RowBuffer::RowBuffer() : bytes_(all_tables().size()) {}

void RowBuffer::append(const Table& table, std::span<const std::byte> rows) {
    expects(rows.size() % table.record_size == 0, "whole records are appended");
    auto& bytes = bytes_[position_of(table)];
    bytes.insert(bytes.end(), rows.begin(), rows.end());
}

std::span<const std::byte> RowBuffer::rows(const Table& table) const { return bytes_[position_of(table)]; }

void RowBuffer::append_all(const RowBuffer& other) {
    for (const Table* table : all_tables()) {
        append(*table, other.rows(*table));
    }
}

void RowBuffer::clear() {
    for (auto& bytes : bytes_) {
        bytes.clear();
    }
}

void Checkpoint::put(const std::string& name, std::span<const float> values, std::vector<std::uint64_t> shape) {
    put_values(arrays, name, Array::Type::float32, values, std::move(shape));
}

void Checkpoint::put(const std::string& name, std::span<const double> values, std::vector<std::uint64_t> shape) {
    put_values(arrays, name, Array::Type::float64, values, std::move(shape));
}

void Checkpoint::put(const std::string& name, std::span<const std::int64_t> values, std::vector<std::uint64_t> shape) {
    put_values(arrays, name, Array::Type::int64, values, std::move(shape));
}

void Checkpoint::put(const std::string& name, std::span<const std::uint8_t> values, std::vector<std::uint64_t> shape) {
    put_values(arrays, name, Array::Type::uint8, values, std::move(shape));
}

std::vector<float> Checkpoint::floats(const std::string& name) const {
    return get_values<float>(arrays, name, Array::Type::float32);
}

std::vector<double> Checkpoint::doubles(const std::string& name) const {
    return get_values<double>(arrays, name, Array::Type::float64);
}

std::vector<std::int64_t> Checkpoint::integers(const std::string& name) const {
    return get_values<std::int64_t>(arrays, name, Array::Type::int64);
}

std::vector<std::uint8_t> Checkpoint::bytes(const std::string& name) const {
    return get_values<std::uint8_t>(arrays, name, Array::Type::uint8);
}

}  // namespace mlaasim::sim
