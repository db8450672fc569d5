// A digest as an attribute: 64 hexadecimal digits, overwritten in place.
#pragma once

#include <string>

#include "sim/storage/hdf5_file.hpp"

namespace mlaasim::sim {

void create_digest(const Hdf5File& file, Hdf5Handle::Id object, const char* name, const std::string& digest);
void write_digest(const Hdf5File& file, Hdf5Handle::Id object, const char* name, const std::string& digest);
/// Empty when the object has no such attribute. Throws InputError when the attribute is no text of 64 characters.
[[nodiscard]] std::string read_digest(const Hdf5File& file, Hdf5Handle::Id object, const char* name);

}  // namespace mlaasim::sim
