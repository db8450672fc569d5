// What an HDF5 file says beside the values of its datasets: names, types, and attributes with their values.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "sim/storage/hdf5_file.hpp"

namespace mlaasim::sim {

/// Describes every object of the file in words that do not depend on the version of the HDF5 library: its kind, of a
/// dataset its type, layout and number of dimensions (not their lengths), and all its attributes with their types and
/// values. The key is the object's path; "/" is the root. `without_value(path, name)` says of which attributes the
/// value is left out. Throws InputError when something in the file can't be read, or is no group and no dataset.
[[nodiscard]] std::map<std::string, std::string> describe(
    const Hdf5File& file, const std::function<bool(std::string_view path, std::string_view name)>& without_value);

}  // namespace mlaasim::sim
