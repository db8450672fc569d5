// safetensors, the format in which Hugging Face keeps models: a header in JSON, then the values.
// Specification: https://github.com/huggingface/safetensors, "Format".
#pragma once

#include <string>
#include <vector>

#include "sim/arrays/named_array.hpp"

namespace mlaasim::sim {

/// The bytes of a file of these arrays, with a text under `key` in its `__metadata__`. Precondition: names and texts
/// are ASCII.
[[nodiscard]] std::string safetensors_bytes(const std::vector<NamedArray>& arrays, const std::string& key,
                                            const std::string& metadata);

}  // namespace mlaasim::sim
