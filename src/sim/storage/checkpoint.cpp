#include "sim/storage/checkpoint.hpp"

#include <hdf5.h>

#include <limits>

#include "sim/core/error.hpp"
#include "sim/storage/checkpoint_arrays.hpp"
#include "sim/storage/digest_attribute.hpp"
#include "sim/trace/digests.hpp"

namespace mlaasim::sim {
namespace {

constexpr const char* group_name = "/checkpoint";
constexpr const char* round_name = "round";
constexpr const char* digest_name = "digest";

Hdf5Handle open_group(const Hdf5File& file) {
    return file.own(H5Gopen2(file.id(), group_name, H5P_DEFAULT), H5Gclose, "open the checkpoint");
}

/// Opens the attribute and calls `transfer(attribute)`, which is H5Aread or H5Awrite.
template <class Transfer>
void on_round(const Hdf5File& file, std::string_view doing, Transfer transfer) {
    Hdf5Handle group = file.own(H5Gopen2(file.id(), group_name, H5P_DEFAULT), H5Gclose, doing);
    Hdf5Handle round = file.own(H5Aopen(group.id(), round_name, H5P_DEFAULT), H5Aclose, doing);
    file.check(transfer(round.id()), doing);
    file.close(std::move(round), doing);
    file.close(std::move(group), doing);
}

}  // namespace

void create_checkpoint(const Hdf5File& file) {
    constexpr std::string_view create = "create the checkpoint";
    Hdf5Handle group =
        file.own(H5Gcreate2(file.id(), group_name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose, create);
    const Hdf5Handle space = file.own(H5Screate(H5S_SCALAR), H5Sclose, create);
    Hdf5Handle round = file.own(H5Acreate2(group.id(), round_name, H5T_STD_I64LE, space.id(), H5P_DEFAULT, H5P_DEFAULT),
                                H5Aclose, create);
    file.check(H5Awrite(round.id(), H5T_NATIVE_INT64, &no_round), create);
    file.close(std::move(round), create);
    create_digest(file, group.id(), digest_name, checkpoint_digest(std::nullopt, {}, {}));
    file.close(std::move(group), create);
    create_arrays(file);
    create_service_ids(file);
}

void write_checkpoint(const Hdf5File& file, Round round, const std::map<std::string, Checkpoint::Array>& arrays,
                      const ServiceStateViews& states, const ServiceRows& rows, const std::string& digest) {
    expects(round.valid(), "a checkpoint has the round that it completes");
    const std::int64_t value = round.value();
    on_round(file, "write the checkpoint's round",
             [&](hid_t round_attribute) { return H5Awrite(round_attribute, H5T_NATIVE_INT64, &value); });
    Hdf5Handle group = open_group(file);
    write_digest(file, group.id(), digest_name, digest);
    file.close(std::move(group), "write the checkpoint's digest");
    replace_arrays(file, arrays);
    write_service_states(file, states, rows);
}

std::string stored_checkpoint_digest(const Hdf5File& file) {
    return read_digest(file, open_group(file).id(), digest_name);
}

std::int64_t checkpoint_round(const Hdf5File& file) {
    std::int64_t value = no_round;
    on_round(file, "read the checkpoint's round",
             [&](hid_t round_attribute) { return H5Aread(round_attribute, H5T_NATIVE_INT64, &value); });
    return value;
}

std::optional<Checkpoint> load_checkpoint(const Hdf5File& file) {
    const std::int64_t round = checkpoint_round(file);
    if (round == no_round) {
        return std::nullopt;
    }
    if (round < 0 || round >= std::numeric_limits<Round::Value>::max()) {
        file.damaged("the checkpoint's round is " + std::to_string(round), "-1 (none yet) or a round");
    }
    Checkpoint checkpoint;
    checkpoint.round = Round{static_cast<Round::Value>(round)};
    checkpoint.arrays = read_arrays(file);
    checkpoint.service_state = read_service_states(file);
    for (const auto& [service, state] : checkpoint.service_state) {
        checkpoint.stateful.insert(service);
    }
    return checkpoint;
}

}  // namespace mlaasim::sim
