#include "sim/storage/header.hpp"

#include <hdf5.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "sim/core/error.hpp"
#include "sim/core/sha256.hpp"
#include "sim/storage/description.hpp"
#include "sim/storage/digest_attribute.hpp"

namespace mlaasim::sim {
namespace {

struct TextAttribute {
    const char* name;
    std::string TraceHeader::*member;
    std::int32_t since = 0;  ///< the schema that began to have it
};

constexpr std::array text_attributes{
    TextAttribute{"program_version", &TraceHeader::program_version},
    TextAttribute{"git_commit", &TraceHeader::git_commit},
    TextAttribute{"scenario", &TraceHeader::scenario_yaml},
    TextAttribute{"scenario_digest", &TraceHeader::scenario_digest},
    TextAttribute{"data", &TraceHeader::data},
    TextAttribute{"instruction_set", &TraceHeader::instruction_set},
    TextAttribute{"library_versions", &TraceHeader::library_versions},
    TextAttribute{"model", &TraceHeader::model, 5},
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

constexpr const char* structure_name = "structure_digest";

using Description = std::map<std::string, std::string>;

Hdf5Handle open_root(const Hdf5File& file) {
    return file.own(H5Gopen2(file.id(), "/", H5P_DEFAULT), H5Gclose, "open the root");
}

/// True of what a commit makes, changes or removes: the checkpoint's digest covers its names, types and values.
bool is_state(std::string_view path) {
    return path.starts_with("/checkpoint/arrays/") || path == "/checkpoint/service_state";
}

Description describe_structure(const Hdf5File& file) {
    return describe(file, [](std::string_view path, std::string_view name) {
        return (path == "/" && name == structure_name) || path == "/checkpoint" || path == "/timing";
    });
}

std::string digest_of(const Description& description) {
    Sha256 sum;
    for (const auto& [path, text] : description) {
        if (!is_state(path)) {
            sum.update(path + " " + text + "\n");
        }
    }
    return sum.hex();
}

/// Where the file says that it ends ("HDF5 File Format Specification", II.A). HDF5 itself does not look further.
std::uint64_t end_of_contents(const Hdf5File& file) {
    std::array<unsigned char, 96> superblock{};
    std::ifstream in{file.path(), std::ios::binary};
    in.read(reinterpret_cast<char*>(superblock.data()), superblock.size());
    const unsigned version = superblock[8];
    const std::size_t at = version < 2 ? 40 + (version == 1 ? 4 : 0) : 28;
    const unsigned offset_bytes = superblock[version < 2 ? 13 : 9];
    if (!in || version > 3 || offset_bytes != 8) {
        file.damaged("the superblock is of an unknown form", "version 0 to 3 with addresses of 8 bytes");
    }
    std::uint64_t end = 0;
    std::memcpy(&end, superblock.data() + at, sizeof end);
    return end;
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
    if (version < oldest_readable_schema || version > trace_schema_version) {
        throw InputError{
            Problem{.file = file.path().string(),
                    .what = "the trace has schema version " + std::to_string(version),
                    .expected = std::to_string(oldest_readable_schema) + " to " + std::to_string(trace_schema_version),
                    .hint = "read it with the version of mlaasim named in its attribute 'program_version'"}};
    }
    TraceHeader header;
    header.schema_version = version;
    file.check(H5Aread(open_scalar(file, "seed", H5T_INTEGER).id(), H5T_NATIVE_UINT64, &header.seed),
               doing("read", "seed"));
    for (const TextAttribute& attribute : text_attributes) {
        if (version >= attribute.since) {
            header.*attribute.member = read_text(file, attribute.name);
        }
    }
    return header;
}

void store_structure_digest(const Hdf5File& file) {
    const Hdf5Handle root = open_root(file);
    if (read_digest(file, root.id(), structure_name).empty()) {
        create_digest(file, root.id(), structure_name, std::string(64, '0'));
    }
    write_digest(file, root.id(), structure_name, digest_of(describe_structure(file)));
}

std::string stored_structure_digest(const Hdf5File& file) {
    return read_digest(file, open_root(file).id(), structure_name);
}

void verify_structure(const Hdf5File& file) {
    const Description description = describe_structure(file);
    if (stored_structure_digest(file) != digest_of(description)) {
        file.damaged("an attribute, a name or a type is not what the run wrote", "what the stored digest says");
    }
    for (const auto& [path, text] : description) {
        if (is_state(path) && text.find('@') != std::string::npos) {
            file.damaged(path + " has an attribute", "none there");
        }
    }
    const std::uint64_t end = end_of_contents(file);
    if (const std::uintmax_t size = std::filesystem::file_size(file.path()); size != end) {
        file.damaged("the file has " + std::to_string(size) + " bytes", std::to_string(end) + " bytes");
    }
}

}  // namespace mlaasim::sim
