#include "sim/hdf5_header.hpp"

#include <hdf5.h>

#include <array>
#include <string>

#include "sim/error.hpp"

namespace mlaasim::sim {
namespace {

struct TextAttribute {
    const char* name;
    std::string TraceHeader::*member;
};

constexpr std::array text_attributes{
    TextAttribute{"program_version", &TraceHeader::program_version},
    TextAttribute{"git_commit", &TraceHeader::git_commit},
    TextAttribute{"scenario", &TraceHeader::scenario_yaml},
    TextAttribute{"scenario_digest", &TraceHeader::scenario_digest},
    TextAttribute{"data", &TraceHeader::data},
    TextAttribute{"instruction_set", &TraceHeader::instruction_set},
    TextAttribute{"library_versions", &TraceHeader::library_versions},
};

std::string doing(std::string_view what, std::string_view name) {
    return std::string{what} + " attribute '" + std::string{name} + "'";
}

/// Texts have variable length: h5py shows them as `str`, and HDF5's limit of 64 KiB an attribute does not reach them.
Hdf5Handle text_type(const Hdf5File& file) {
    constexpr std::string_view make = "make a text type";
    Hdf5Handle type = file.own(H5Tcopy(H5T_C_S1), H5Tclose, make);
    file.check(H5Tset_size(type.id(), H5T_VARIABLE), make);
    file.check(H5Tset_cset(type.id(), H5T_CSET_UTF8), make);
    return type;
}

void write(const Hdf5File& file, const char* name, hid_t type, const void* value) {
    const std::string write_it = doing("write", name);
    const Hdf5Handle space = file.own(H5Screate(H5S_SCALAR), H5Sclose, write_it);
    Hdf5Handle attribute =
        file.own(H5Acreate2(file.id(), name, type, space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose, write_it);
    file.check(H5Awrite(attribute.id(), type, value), write_it);
    file.close(std::move(attribute), write_it);
}

Hdf5Handle open_scalar(const Hdf5File& file, const char* name, H5T_class_t wanted) {
    if (file.check(H5Aexists(file.id(), name), doing("look for", name)) == 0) {
        throw InputError{Problem{.file = file.path().string(),
                                 .what = "is not a trace of mlaasim: the file has no " + doing("root", name),
                                 .expected = "the trace.h5 of a run"}};
    }
    Hdf5Handle attribute = file.own(H5Aopen(file.id(), name, H5P_DEFAULT), H5Aclose, doing("open", name));
    const Hdf5Handle type = file.own(H5Aget_type(attribute.id()), H5Tclose, doing("read the type of", name));
    const Hdf5Handle space = file.own(H5Aget_space(attribute.id()), H5Sclose, doing("read the shape of", name));
    const bool variable = wanted != H5T_STRING || H5Tis_variable_str(type.id()) > 0;
    if (H5Tget_class(type.id()) != wanted || !variable || H5Sget_simple_extent_npoints(space.id()) != 1) {
        file.damaged(doing("root", name) + " has another type", "one number, or one text of variable length");
    }
    return attribute;
}

std::string read_text(const Hdf5File& file, const char* name) {
    const Hdf5Handle attribute = open_scalar(file, name, H5T_STRING);
    const Hdf5Handle type = text_type(file);
    char* text = nullptr;
    file.check(H5Aread(attribute.id(), type.id(), static_cast<void*>(&text)), doing("read", name));
    std::string copy = text == nullptr ? "" : text;
    file.check(H5free_memory(text), doing("read", name));
    return copy;
}

}  // namespace

void write_header(const Hdf5File& file, const TraceHeader& header) {
    write(file, "schema_version", H5T_NATIVE_INT32, &trace_schema_version);
    write(file, "seed", H5T_NATIVE_UINT64, &header.seed);
    const Hdf5Handle type = text_type(file);
    for (const TextAttribute& attribute : text_attributes) {
        const char* text = (header.*attribute.member).c_str();
        write(file, attribute.name, type.id(), static_cast<const void*>(&text));
    }
}

TraceHeader load_header(const Hdf5File& file) {
    std::int32_t version = 0;
    file.check(H5Aread(open_scalar(file, "schema_version", H5T_INTEGER).id(), H5T_NATIVE_INT32, &version),
               doing("read", "schema_version"));
    if (version != trace_schema_version) {
        throw InputError{
            Problem{.file = file.path().string(),
                    .what = "the trace has schema version " + std::to_string(version),
                    .expected = std::to_string(trace_schema_version),
                    .hint = "read it with the version of mlaasim named in its attribute 'program_version'"}};
    }
    TraceHeader header;
    file.check(H5Aread(open_scalar(file, "seed", H5T_INTEGER).id(), H5T_NATIVE_UINT64, &header.seed),
               doing("read", "seed"));
    for (const TextAttribute& attribute : text_attributes) {
        header.*attribute.member = read_text(file, attribute.name);
    }
    return header;
}

}  // namespace mlaasim::sim
