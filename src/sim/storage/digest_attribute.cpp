#include "sim/storage/digest_attribute.hpp"

#include <hdf5.h>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

constexpr std::size_t length = 64;
constexpr std::string_view writing = "write a digest";
constexpr std::string_view reading = "read a digest";

Hdf5Handle digest_type(const Hdf5File& file, std::string_view doing) {
    Hdf5Handle type = file.own(H5Tcopy(H5T_C_S1), H5Tclose, doing);
    file.check(H5Tset_size(type.id(), length), doing);
    file.check(H5Tset_strpad(type.id(), H5T_STR_NULLPAD), doing);
    return type;
}

void write_to(const Hdf5File& file, Hdf5Handle attribute, const std::string& digest) {
    expects(digest.size() == length, "a digest has 64 hexadecimal digits");
    file.check(H5Awrite(attribute.id(), digest_type(file, writing).id(), digest.data()), writing);
    file.close(std::move(attribute), writing);
}

}  // namespace

void create_digest(const Hdf5File& file, Hdf5Handle::Id object, const char* name, const std::string& digest) {
    const Hdf5Handle space = file.own(H5Screate(H5S_SCALAR), H5Sclose, writing);
    const Hdf5Handle type = digest_type(file, writing);
    write_to(file,
             file.own(H5Acreate2(object, name, type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose, writing),
             digest);
}

void write_digest(const Hdf5File& file, Hdf5Handle::Id object, const char* name, const std::string& digest) {
    write_to(file, file.own(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, writing), digest);
}

std::string read_digest(const Hdf5File& file, Hdf5Handle::Id object, const char* name) {
    if (file.check(H5Aexists(object, name), reading) == 0) {
        return "";
    }
    const Hdf5Handle attribute = file.own(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, reading);
    const Hdf5Handle stored = file.own(H5Aget_type(attribute.id()), H5Tclose, reading);
    const Hdf5Handle type = digest_type(file, reading);
    const Hdf5Handle space = file.own(H5Aget_space(attribute.id()), H5Sclose, reading);
    if (file.check(H5Tequal(stored.id(), type.id()), reading) == 0 ||
        file.check(H5Sget_simple_extent_npoints(space.id()), reading) != 1) {
        file.damaged("the attribute '" + std::string{name} + "' is no digest", "64 hexadecimal digits");
    }
    std::string digest(length, '\0');
    file.check(H5Aread(attribute.id(), type.id(), digest.data()), reading);
    return digest;
}

}  // namespace mlaasim::sim
