// How a trace record describes itself: one declaration gives the HDF5 type, the documentation and the CSV.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace mlaasim::sim {

enum class FieldType : std::uint8_t { int32, uint32, int64, float64, text };

/// One column of a trace table.
struct Field {
    std::string_view name;
    FieldType type;
    std::size_t offset;  ///< in the record
    std::size_t size;    ///< in bytes; of a text, its capacity
    std::string_view unit;
    std::string_view doc;
};

/// One trace table: its HDF5 name, what a row is, and its columns.
struct Table {
    std::string_view name;
    std::string_view doc;
    std::size_t record_size;
    std::span<const Field> fields;
    const void* blank = nullptr;  ///< a new record: what it has in columns that older schemas lack
};

/// A short text in a record, padded with zeros; longer texts are cut.
template <std::size_t N>
struct Text {
    std::array<char, N> chars{};

    Text() = default;
    Text(std::string_view text) { text.copy(chars.data(), N); }      // NOLINT(google-explicit-constructor)
    Text(const char* text) : Text{std::string_view{text}} {}         // NOLINT(google-explicit-constructor)
    Text(const std::string& text) : Text{std::string_view{text}} {}  // NOLINT(google-explicit-constructor)
    [[nodiscard]] std::string_view view() const {
        const auto* end = static_cast<const char*>(std::memchr(chars.data(), 0, N));
        return {chars.data(), end == nullptr ? N : static_cast<std::size_t>(end - chars.data())};
    }
};

template <class T>
struct FieldTypeOf;
template <>
struct FieldTypeOf<std::int32_t> : std::integral_constant<FieldType, FieldType::int32> {};
template <>
struct FieldTypeOf<std::uint32_t> : std::integral_constant<FieldType, FieldType::uint32> {};
template <>
struct FieldTypeOf<std::int64_t> : std::integral_constant<FieldType, FieldType::int64> {};
template <>
struct FieldTypeOf<double> : std::integral_constant<FieldType, FieldType::float64> {};
template <std::size_t N>
struct FieldTypeOf<Text<N>> : std::integral_constant<FieldType, FieldType::text> {};

}  // namespace mlaasim::sim
