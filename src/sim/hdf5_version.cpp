#include <hdf5.h>

#include "sim/error.hpp"
#include "sim/trace_hdf5.hpp"

namespace mlaasim::sim {

std::string hdf5_version() {
    unsigned major = 0;
    unsigned minor = 0;
    unsigned release = 0;
    expects(H5get_libversion(&major, &minor, &release) >= 0, "HDF5 knows its version");
    return "HDF5 " + std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

}  // namespace mlaasim::sim
