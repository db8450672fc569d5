// NumPy's .npz: an archive of .npy files.
#pragma once

#include <string>
#include <vector>

#include "sim/arrays/named_array.hpp"

namespace mlaasim::sim {

/// The name of the text beside the arrays.
inline constexpr const char* npz_metadata_name = "__metadata__";

/// The bytes of an archive of these arrays, stored without compression, and of a text named `__metadata__`: an array
/// without dimensions, of NumPy's type for texts. The same arrays give the same bytes. Precondition: the text is ASCII.
[[nodiscard]] std::string npz_bytes(const std::vector<NamedArray>& arrays, const std::string& metadata);

}  // namespace mlaasim::sim
