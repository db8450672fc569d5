#include "sim/storage/checkpoint_arrays.hpp"

#include <hdf5.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <set>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

constexpr const char* group_name = "/checkpoint/arrays";

using Array = Checkpoint::Array;
using Shape = std::vector<hsize_t>;

struct StoredType {
    Array::Type type;
    hid_t id;
    std::size_t size;
};

std::array<StoredType, 4> stored_types() {
    return {{{Array::Type::float32, H5T_IEEE_F32LE, 4},
             {Array::Type::float64, H5T_IEEE_F64LE, 8},
             {Array::Type::int64, H5T_STD_I64LE, 8},
             {Array::Type::uint8, H5T_STD_U8LE, 1}}};
}

StoredType stored_type(Array::Type type) { return stored_types()[static_cast<std::size_t>(type)]; }

std::string doing(std::string_view what, const std::string& name) {
    return std::string{what} + " checkpoint array '" + name + "'";
}

std::string path_of(const std::string& name) { return group_name + ("/" + name); }

/// The largest number where the product is larger.
std::uint64_t elements(const Shape& shape) {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    return std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, [](std::uint64_t product, std::uint64_t n) {
        return n > 0 && product > most / n ? most : product * n;
    });
}

/// Chunks of at most 64 Ki elements: whole rows where they fit, and room for at least 128 elements in those that grow.
Shape chunk_shape(const Shape& shape) {
    constexpr hsize_t most = 65536;
    constexpr hsize_t least = 128;
    Shape chunk(shape.size(), 1);
    hsize_t inner = 1;
    for (std::size_t d = shape.size(); d-- > 1;) {
        chunk[d] = std::clamp<hsize_t>(shape[d], 1, most / inner);
        inner *= chunk[d];
    }
    chunk[0] = std::clamp<hsize_t>(shape[0], (least + inner - 1) / inner, most / inner);
    return chunk;
}

Shape shape_of(const Hdf5File& file, const std::string& name, hid_t dataset) {
    const Hdf5Handle space = file.own(H5Dget_space(dataset), H5Sclose, doing("read the shape of", name));
    Shape shape(
        static_cast<std::size_t>(file.check(H5Sget_simple_extent_ndims(space.id()), doing("read the shape of", name))));
    file.check(H5Sget_simple_extent_dims(space.id(), shape.data(), nullptr), doing("read the shape of", name));
    return shape;
}

bool has_type(const Hdf5File& file, const std::string& name, hid_t dataset, const StoredType& type) {
    const Hdf5Handle found = file.own(H5Dget_type(dataset), H5Tclose, doing("read the type of", name));
    return file.check(H5Tequal(found.id(), type.id), doing("read the type of", name)) > 0;
}

Hdf5Handle create_array(const Hdf5File& file, const std::string& name, const StoredType& type, const Shape& shape) {
    const std::string create = doing("create", name);
    const Hdf5Handle links = file.own(H5Pcreate(H5P_LINK_CREATE), H5Pclose, create);
    file.check(H5Pset_create_intermediate_group(links.id(), 1), create);
    const Hdf5Handle properties = file.own(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, create);
    Hdf5Handle space = file.own(H5Screate(H5S_SCALAR), H5Sclose, create);
    if (!shape.empty()) {
        const int rank = static_cast<int>(shape.size());
        const Shape unlimited(shape.size(), H5S_UNLIMITED);
        space = file.own(H5Screate_simple(rank, shape.data(), unlimited.data()), H5Sclose, create);
        file.check(H5Pset_chunk(properties.id(), rank, chunk_shape(shape).data()), create);
        file.check(H5Pset_fletcher32(properties.id()), create);
    }
    return file.own(
        H5Dcreate2(file.id(), path_of(name).c_str(), type.id, space.id(), links.id(), properties.id(), H5P_DEFAULT),
        H5Dclose, create);
}

/// The array's dataset in its new shape: the one in the file where it fits.
Hdf5Handle prepare(const Hdf5File& file, const std::string& name, const StoredType& type, const Shape& shape,
                   bool exists) {
    if (!exists) {
        return create_array(file, name, type, shape);
    }
    {
        Hdf5Handle dataset =
            file.own(H5Dopen2(file.id(), path_of(name).c_str(), H5P_DEFAULT), H5Dclose, doing("open", name));
        const Shape stored = shape_of(file, name, dataset.id());
        if (stored.size() == shape.size() && has_type(file, name, dataset.id(), type)) {
            if (stored != shape) {
                file.check(H5Dset_extent(dataset.id(), shape.data()), doing("resize", name));
            }
            return dataset;
        }
    }
    file.check(H5Ldelete(file.id(), path_of(name).c_str(), H5P_DEFAULT), doing("replace", name));
    return create_array(file, name, type, shape);
}

void write_array(const Hdf5File& file, const std::string& name, const Array& array, bool exists) {
    const StoredType type = stored_type(array.type);
    const Shape shape{array.shape.begin(), array.shape.end()};
    expects(elements(shape) * type.size == array.bytes.size(),
            "a checkpoint array has the bytes that its shape asks for");
    Hdf5Handle dataset = prepare(file, name, type, shape, exists);
    if (!array.bytes.empty()) {
        file.check(H5Dwrite(dataset.id(), type.id, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.bytes.data()),
                   doing("write", name));
    }
    file.check(H5Dflush(dataset.id()), doing("write", name));
    file.close(std::move(dataset), doing("write", name));
}

Array read_array(const Hdf5File& file, const std::string& name) {
    const Hdf5Handle dataset =
        file.own(H5Dopen2(file.id(), path_of(name).c_str(), H5P_DEFAULT), H5Dclose, doing("open", name));
    const auto types = stored_types();
    const auto type = std::ranges::find_if(
        types, [&](const StoredType& candidate) { return has_type(file, name, dataset.id(), candidate); });
    if (type == types.end()) {
        file.damaged("checkpoint array '" + name + "' has an unknown type", "float32, float64, int64 or uint8");
    }
    const Shape shape = shape_of(file, name, dataset.id());
    if (elements(shape) > H5Dget_storage_size(dataset.id()) / type->size) {
        file.damaged("checkpoint array '" + name + "' claims " + std::to_string(elements(shape)) + " numbers",
                     "as many as are stored");
    }
    Array array{type->type, {shape.begin(), shape.end()}, std::vector<std::byte>(elements(shape) * type->size)};
    if (!array.bytes.empty()) {
        file.check(H5Dread(dataset.id(), type->id, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.bytes.data()),
                   doing("read", name));
    }
    return array;
}

/// The names of all arrays in the file, e.g. "bandit/A": every link below the group that is not itself a group.
std::set<std::string> stored_names(const Hdf5File& file) {
    constexpr std::string_view list = "list the checkpoint's arrays";
    const Hdf5Handle group = file.own(H5Gopen2(file.id(), group_name, H5P_DEFAULT), H5Gclose, list);
    std::set<std::string> names;
    const auto take = [](hid_t, const char* name, const H5L_info_t*, void* data) -> herr_t {
        static_cast<std::set<std::string>*>(data)->insert(name);
        return 0;
    };
    file.check(H5Lvisit(group.id(), H5_INDEX_NAME, H5_ITER_NATIVE, take, &names), list);
    std::erase_if(names, [&](const std::string& name) {
        const Hdf5Handle object = file.own(H5Oopen(group.id(), name.c_str(), H5P_DEFAULT), H5Oclose, list);
        return H5Iget_type(object.id()) == H5I_GROUP;
    });
    return names;
}

}  // namespace

void create_arrays(const Hdf5File& file) {
    constexpr std::string_view create = "create the checkpoint's arrays";
    file.close(file.own(H5Gcreate2(file.id(), group_name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose, create),
               create);
}

void replace_arrays(const Hdf5File& file, const std::map<std::string, Array>& arrays) {
    const std::set<std::string> stored = stored_names(file);
    for (const std::string& name : stored) {
        if (!arrays.contains(name)) {
            file.check(H5Ldelete(file.id(), path_of(name).c_str(), H5P_DEFAULT), doing("remove", name));
        }
    }
    for (const auto& [name, array] : arrays) {
        write_array(file, name, array, stored.contains(name));
    }
}

std::map<std::string, Array> read_arrays(const Hdf5File& file) {
    std::map<std::string, Array> arrays;
    for (const std::string& name : stored_names(file)) {
        arrays.emplace(name, read_array(file, name));
    }
    return arrays;
}

}  // namespace mlaasim::sim
