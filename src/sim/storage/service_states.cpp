#include "sim/storage/service_states.hpp"

#include <hdf5.h>

#include <algorithm>
#include <array>
#include <bit>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

constexpr const char* ids_name = "/checkpoint/service_ids";
constexpr const char* matrix_name = "/checkpoint/service_state";
constexpr std::string_view write = "write the states of services";
constexpr std::string_view read = "read the states of services";

using Shape = std::array<hsize_t, 2>;  // rows, length of a row; ids have length 1

Hdf5Handle open(const Hdf5File& file, const char* name) {
    return file.own(H5Dopen2(file.id(), name, H5P_DEFAULT), H5Dclose, "open the states of services");
}

Shape shape_of(const Hdf5File& file, hid_t dataset, int rank) {
    const Hdf5Handle space = file.own(H5Dget_space(dataset), H5Sclose, read);
    Shape shape{0, 1};
    if (H5Sget_simple_extent_ndims(space.id()) != rank) {
        file.damaged("the states of services have another rank", "service_ids [n] and service_state [n, length]");
    }
    file.check(H5Sget_simple_extent_dims(space.id(), shape.data(), nullptr), read);
    constexpr hsize_t bytes_of_each = 4;  // ids and states alike
    if (shape[1] > 0 && shape[0] > H5Dget_storage_size(dataset) / bytes_of_each / shape[1]) {
        file.damaged("the states of services claim " + std::to_string(shape[0]) + " rows of " +
                         std::to_string(shape[1]) + " values",
                     "as many as are stored");
    }
    return shape;
}

Hdf5Handle create(const Hdf5File& file, const char* name, hid_t type, Shape shape, int rank) {
    constexpr hsize_t chunk_elements = 16384;
    const Shape unlimited{H5S_UNLIMITED, H5S_UNLIMITED};
    const hsize_t length = std::clamp<hsize_t>(shape[1], 1, 1024 * 1024);
    const Shape chunk{std::max<hsize_t>(1, chunk_elements / length), length};
    const Hdf5Handle space = file.own(H5Screate_simple(rank, shape.data(), unlimited.data()), H5Sclose, write);
    const Hdf5Handle properties = file.own(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, write);
    file.check(H5Pset_chunk(properties.id(), rank, chunk.data()), write);
    file.check(H5Pset_fletcher32(properties.id()), write);
    return file.own(H5Dcreate2(file.id(), name, type, space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT), H5Dclose,
                    write);
}

bool has_matrix(const Hdf5File& file) { return file.check(H5Lexists(file.id(), matrix_name, H5P_DEFAULT), read) > 0; }

/// Calls `transfer(memory, selected)` for the rows [begin, begin + count) of the dataset.
template <class Transfer>
void on_rows(const Hdf5File& file, hid_t dataset, hsize_t begin, Shape count, int rank, Transfer transfer) {
    const Shape start{begin, 0};
    const Hdf5Handle selected = file.own(H5Dget_space(dataset), H5Sclose, read);
    file.check(H5Sselect_hyperslab(selected.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr), read);
    const Hdf5Handle memory = file.own(H5Screate_simple(rank, count.data(), nullptr), H5Sclose, read);
    transfer(memory.id(), selected.id());
}

std::vector<std::uint32_t> read_ids(const Hdf5File& file, hid_t dataset) {
    std::vector<std::uint32_t> ids(shape_of(file, dataset, 1)[0]);
    if (!ids.empty()) {
        file.check(H5Dread(dataset, H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, ids.data()), read);
    }
    return ids;
}

/// Writes the ids of all rows. Returns those rows that are free now and were not before: they belonged to a service, or
/// did not exist in this file.
std::vector<std::uint64_t> write_ids(const Hdf5File& file, const ServiceRows& rows) {
    Hdf5Handle dataset = open(file, ids_name);
    const std::vector<std::uint32_t> before = read_ids(file, dataset.id());
    std::vector<std::uint32_t> ids(before.size(), free_row);
    for (const auto& [service, row] : rows) {
        ids.resize(std::max<std::size_t>(ids.size(), row + 1), free_row);
        ids[row] = service.value();
    }
    const hsize_t count = ids.size();
    if (count > before.size()) {
        file.check(H5Dset_extent(dataset.id(), &count), write);
    }
    if (ids != before) {
        file.check(H5Dwrite(dataset.id(), H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, ids.data()), write);
    }
    file.check(H5Dflush(dataset.id()), write);
    file.close(std::move(dataset), write);
    std::vector<std::uint64_t> freed;
    for (std::size_t row = 0; row < ids.size(); ++row) {
        if (ids[row] == free_row && (row >= before.size() || before[row] != free_row)) {
            freed.push_back(row);
        }
    }
    return freed;
}

/// Writes the states in the order of their rows, consecutive rows together in blocks of bounded size.
void write_matrix(const Hdf5File& file, hid_t dataset, hsize_t length,
                  const std::map<std::uint64_t, std::span<const float>>& by_row) {
    constexpr std::size_t block_elements = 1024 * 1024;
    for (auto from = by_row.begin(); from != by_row.end();) {
        std::vector<float> block;
        hsize_t count = 0;
        auto to = from;
        for (; to != by_row.end() && to->first == from->first + count && block.size() < block_elements; ++to, ++count) {
            block.insert(block.end(), to->second.begin(), to->second.end());
        }
        on_rows(file, dataset, from->first, {count, length}, 2, [&](hid_t memory, hid_t selected) {
            file.check(H5Dwrite(dataset, H5T_NATIVE_FLOAT, memory, selected, H5P_DEFAULT, block.data()), write);
        });
        from = to;
    }
}

}  // namespace

void create_service_ids(const Hdf5File& file) { file.close(create(file, ids_name, H5T_STD_U32LE, {0, 1}, 1), write); }

void assign_rows(ServiceRows& rows, const std::set<ServiceId>& stateful) {
    std::erase_if(rows, [&](const auto& entry) { return !stateful.contains(entry.first); });
    std::set<std::uint64_t> taken;
    for (const auto& [service, row] : rows) {
        taken.insert(row);
    }
    std::uint64_t candidate = 0;
    for (const ServiceId service : stateful) {
        if (rows.contains(service)) {
            continue;
        }
        while (taken.contains(candidate)) {
            ++candidate;
        }
        rows.emplace(service, candidate++);
    }
}

void write_service_states(const Hdf5File& file, const ServiceStateViews& states, const ServiceRows& rows) {
    const std::vector<std::uint64_t> freed = write_ids(file, rows);
    std::map<std::uint64_t, std::span<const float>> by_row;
    for (const auto& [service, state] : states) {
        if (const auto row = rows.find(service); row != rows.end()) {
            by_row.emplace(row->second, state);
        }
    }
    if (by_row.empty() && freed.empty()) {
        return;
    }
    const bool exists = has_matrix(file);
    const hsize_t length =
        by_row.empty() ? shape_of(file, open(file, matrix_name).id(), 2)[1] : by_row.begin()->second.size();
    const std::vector<float> zeros(length, 0.0F);
    for (const std::uint64_t row : freed) {
        by_row.emplace(row, zeros);
    }
    Hdf5Handle dataset = exists ? open(file, matrix_name) : create(file, matrix_name, H5T_IEEE_F32LE, {0, length}, 2);
    const Shape stored = shape_of(file, dataset.id(), 2);
    const auto fits = [&](const auto& state) { return state.second.size() == stored[1]; };
    expects(std::ranges::all_of(by_row, fits), "all states of services have the same length, in every commit");
    const Shape grown{std::max<hsize_t>(stored[0], by_row.rbegin()->first + 1), length};
    if (grown != stored) {
        file.check(H5Dset_extent(dataset.id(), grown.data()), write);
    }
    if (length > 0) {
        write_matrix(file, dataset.id(), length, by_row);
    }
    file.check(H5Dflush(dataset.id()), write);
    file.close(std::move(dataset), write);
}

ServiceRows service_rows(const Hdf5File& file) {
    const Hdf5Handle dataset = open(file, ids_name);
    const std::vector<std::uint32_t> ids = read_ids(file, dataset.id());
    ServiceRows rows;
    std::size_t free = 0;
    for (std::size_t row = 0; row < ids.size(); ++row) {
        if (ids[row] == free_row) {
            ++free;
        } else {
            rows.emplace(ServiceId{ids[row]}, row);
        }
    }
    const hsize_t states = has_matrix(file) ? shape_of(file, open(file, matrix_name).id(), 2)[0] : 0;
    if (rows.size() + free != ids.size() || states != ids.size()) {
        file.damaged("the ids and the states of services do not match",
                     "one row of service_state for each of service_ids");
    }
    return rows;
}

ServiceStates read_service_states(const Hdf5File& file) {
    ServiceStates states;
    const ServiceRows rows = service_rows(file);
    if (!has_matrix(file)) {
        return states;
    }
    const Hdf5Handle dataset = open(file, matrix_name);
    const Hdf5Handle type = file.own(H5Dget_type(dataset.id()), H5Tclose, read);
    if (file.check(H5Tequal(type.id(), H5T_IEEE_F32LE), read) == 0) {
        file.damaged("the states of services have another type", "float32");
    }
    const Shape shape = shape_of(file, dataset.id(), 2);
    const auto read_row = [&](std::uint64_t row) {
        std::vector<float> state(shape[1]);
        if (!state.empty()) {
            on_rows(file, dataset.id(), row, {1, shape[1]}, 2, [&](hid_t memory, hid_t selected) {
                file.check(H5Dread(dataset.id(), H5T_NATIVE_FLOAT, memory, selected, H5P_DEFAULT, state.data()), read);
            });
        }
        return state;
    };
    std::set<std::uint64_t> taken;
    for (const auto& [service, row] : rows) {
        states.emplace(service, read_row(row));
        taken.insert(row);
    }
    for (std::uint64_t row = 0; row < shape[0]; ++row) {
        if (!taken.contains(row)) {
            const std::vector<float> state = read_row(row);
            if (std::ranges::any_of(state, [](float value) { return std::bit_cast<std::uint32_t>(value) != 0; })) {
                file.damaged("row " + std::to_string(row) + " of the states of services belongs to no service",
                             "zeros there");
            }
        }
    }
    return states;
}

}  // namespace mlaasim::sim
