// What reading the values of an array needs: their type, how many they are, and pieces of bounded length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/arrays/array_reader.hpp"

namespace mlaasim::sim {

/// "60000 x 28 x 28"; "()" of an array without dimensions.
[[nodiscard]] std::string shape_text(const std::vector<std::uint64_t>& shape);

/// The product of the extents; the largest number where it is larger.
[[nodiscard]] std::uint64_t value_count(const std::vector<std::uint64_t>& shape);

/// Throws InputError unless the elements have one of these types, in C order. `hint` says how to make such an array.
void expect_type(const ArrayReader& array, const std::vector<std::string_view>& types, std::string_view hint);

/// Reads all of an array of `count` rows of `row_bytes` each. `take` gets it in whole rows; a header that promises more
/// than there is allocates little. Throws InputError when the array is shorter or longer.
void read_in_pieces(ArrayReader& array, std::uint64_t count, std::size_t row_bytes,
                    const std::function<void(std::span<const std::uint8_t>)>& take);

}  // namespace mlaasim::sim
