// Where HDF5 keeps texts of variable length.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mlaasim::sim {

/// What is wrong with the global heaps in `bytes`, the beginning of an HDF5 file. Nothing when all of them have the
/// form that a trace's have: objects 1, 2, 3, ... that end where the heap ends. No other part of a trace lacks a
/// checksum, and HDF5 1.10 trusts the sizes in a heap: when one is wrong, it reads beyond the heap and crashes. A heap
/// that goes on beyond `bytes` is not looked at further.
[[nodiscard]] std::optional<std::string> heap_damage(std::string_view bytes);

}  // namespace mlaasim::sim
