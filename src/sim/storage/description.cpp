#include "sim/storage/description.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace mlaasim::sim {
namespace {

constexpr std::string_view reading = "read the description of the file";

using LeaveOut = std::function<bool(std::string_view, std::string_view)>;

/// Describes one file; the members add to `text_`.
class Describer {
public:
    Describer(const Hdf5File& file, const LeaveOut& without_value) : file_{file}, without_value_{without_value} {}

    std::string object(const std::string& path) {
        text_.clear();
        const Hdf5Handle object = own(H5Oopen(file_.id(), path.c_str(), H5P_DEFAULT), H5Oclose);
        switch (H5Iget_type(object.id())) {
            case H5I_GROUP: text_ = "group"; break;
            case H5I_DATASET: dataset(object.id()); break;
            default: file_.damaged(path + " is of an unknown kind", "groups and datasets alone");
        }
        for (const std::string& name : attribute_names(object.id())) {
            attribute(object.id(), path, name);
        }
        read_indices(object.id());
        return text_;
    }

private:
    /// Reads the indices of the object's chunks, links and attributes as h5py does when it lists a file: those of
    /// empty datasets too.
    void read_indices(hid_t object) const {
#if H5_VERSION_GE(1, 12, 0)
        H5O_native_info_t info;
        check(H5Oget_native_info(object, &info, H5O_NATIVE_INFO_ALL));
#else
        H5O_info_t info;
        check(H5Oget_info1(object, &info));
#endif
    }

    [[nodiscard]] Hdf5Handle own(hid_t id, Hdf5Handle::Closer closer) const { return file_.own(id, closer, reading); }
    std::int64_t check(std::int64_t status) const { return file_.check(status, reading); }

    template <class... Parts>
    void add(fmt::format_string<Parts...> form, Parts&&... parts) {
        fmt::format_to(std::back_inserter(text_), form, std::forward<Parts>(parts)...);
    }

    void dataset(hid_t dataset) {
        add("dataset ");
        const Hdf5Handle type_of = own(H5Dget_type(dataset), H5Tclose);
        type(type_of.id());
        const Hdf5Handle space = own(H5Dget_space(dataset), H5Sclose);
        add(", {} dimensions", check(H5Sget_simple_extent_ndims(space.id())));
        const Hdf5Handle properties = own(H5Dget_create_plist(dataset), H5Pclose);
        add(", layout {}", static_cast<int>(H5Pget_layout(properties.id())));
        const auto filters = static_cast<unsigned>(check(H5Pget_nfilters(properties.id())));
        for (unsigned i = 0; i < filters; ++i) {
            unsigned flags = 0;
            std::size_t values = 0;
            add(", filter {}",
                check(H5Pget_filter2(properties.id(), i, &flags, &values, nullptr, 0, nullptr, nullptr)));
        }
    }

    void type(hid_t type_id) {
        const H5T_class_t kind = H5Tget_class(type_id);
        add("class {} of {} bytes", static_cast<int>(kind), H5Tget_size(type_id));
        switch (kind) {
            case H5T_INTEGER:
                number(type_id);
                add(" sign {}", static_cast<int>(H5Tget_sign(type_id)));
                break;
            case H5T_FLOAT: floating(type_id); break;
            case H5T_STRING:
                add(" length {} characters {} padding {}", check(H5Tis_variable_str(type_id)),
                    static_cast<int>(H5Tget_cset(type_id)), static_cast<int>(H5Tget_strpad(type_id)));
                break;
            case H5T_COMPOUND: columns(type_id); break;
            default: break;
        }
    }

    void number(hid_t type_id) {
        H5T_pad_t low = H5T_PAD_ERROR;
        H5T_pad_t high = H5T_PAD_ERROR;
        check(H5Tget_pad(type_id, &low, &high));
        add(" order {} precision {} offset {} pads {} {}", static_cast<int>(H5Tget_order(type_id)),
            H5Tget_precision(type_id), H5Tget_offset(type_id), static_cast<int>(low), static_cast<int>(high));
    }

    void floating(hid_t type_id) {
        number(type_id);
        std::size_t sign = 0;
        std::size_t exponent = 0;
        std::size_t exponent_size = 0;
        std::size_t mantissa = 0;
        std::size_t mantissa_size = 0;
        check(H5Tget_fields(type_id, &sign, &exponent, &exponent_size, &mantissa, &mantissa_size));
        add(" fields {} {} {} {} {} bias {} norm {} inner pad {}", sign, exponent, exponent_size, mantissa,
            mantissa_size, H5Tget_ebias(type_id), static_cast<int>(H5Tget_norm(type_id)),
            static_cast<int>(H5Tget_inpad(type_id)));
    }

    void columns(hid_t type_id) {
        add(" {{");
        const auto count = static_cast<unsigned>(check(H5Tget_nmembers(type_id)));
        for (unsigned i = 0; i < count; ++i) {
            char* const name = H5Tget_member_name(type_id, i);
            check(name == nullptr ? -1 : 0);
            add("{}'{}' at {}: ", i == 0 ? "" : ", ", name, H5Tget_member_offset(type_id, i));
            check(H5free_memory(name));
            const Hdf5Handle member = own(H5Tget_member_type(type_id, i), H5Tclose);
            type(member.id());
        }
        add("}}");
    }

    [[nodiscard]] std::vector<std::string> attribute_names(hid_t object) const {
        std::vector<std::string> names;
        const auto take = [](hid_t, const char* name, const H5A_info_t*, void* data) -> herr_t {
            static_cast<std::vector<std::string>*>(data)->emplace_back(name);
            return 0;
        };
        hsize_t next = 0;
        check(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &next, take, &names));
        return names;
    }

    void attribute(hid_t object, const std::string& path, const std::string& name) {
        const Hdf5Handle attribute = own(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
        const Hdf5Handle type_of = own(H5Aget_type(attribute.id()), H5Tclose);
        const Hdf5Handle space = own(H5Aget_space(attribute.id()), H5Sclose);
        add("\n  @{}: ", name);
        type(type_of.id());
        add(", {} dimensions, {} values", check(H5Sget_simple_extent_ndims(space.id())),
            check(H5Sget_simple_extent_npoints(space.id())));
        if (!without_value_(path, name)) {
            value(attribute.id(), type_of.id(), space.id());
        }
    }

    void value(hid_t attribute, hid_t type_id, hid_t space) {
        const auto count = static_cast<std::size_t>(check(H5Sget_simple_extent_npoints(space)));
        const std::size_t size = H5Tget_size(type_id);
        constexpr std::size_t most = 1U << 20U;  // no attribute of ours is so large: a damaged type may say anything
        if (size == 0 || count > most / size) {
            file_.damaged("an attribute has an impossible size", "attributes below 1 MiB");
        }
        std::vector<char> bytes(count * size);
        check(H5Aread(attribute, type_id, bytes.data()));
        add(" = ");
        if (H5Tget_class(type_id) != H5T_STRING || H5Tis_variable_str(type_id) <= 0) {
            for (const char byte : bytes) {
                add("{:02x}", static_cast<unsigned char>(byte));
            }
            return;
        }
        for (std::size_t i = 0; i < count; ++i) {
            const char* text = nullptr;
            std::copy_n(bytes.data() + i * size, sizeof text, reinterpret_cast<char*>(&text));
            text_ += text == nullptr ? "" : text;
        }
        check(H5Dvlen_reclaim(type_id, space, H5P_DEFAULT, bytes.data()));
    }

    const Hdf5File& file_;
    const LeaveOut& without_value_;
    std::string text_;
};

}  // namespace

std::map<std::string, std::string> describe(const Hdf5File& file, const LeaveOut& without_value) {
    std::vector<std::string> paths{"/"};
    const auto take = [](hid_t, const char* name, const H5L_info_t* link, void* data) -> herr_t {
        static_cast<std::vector<std::string>*>(data)->push_back(std::string{"/"} + name);
        return link->type == H5L_TYPE_HARD ? 0 : -1;
    };
    file.check(H5Lvisit(file.id(), H5_INDEX_NAME, H5_ITER_INC, take, &paths), "list what is in the file");
    std::map<std::string, std::string> description;
    Describer describer{file, without_value};
    for (const std::string& path : paths) {
        description[path] = describer.object(path);
    }
    return description;
}

}  // namespace mlaasim::sim
