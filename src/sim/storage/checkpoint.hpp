// The group /checkpoint of a trace: its round, one dataset per array, and one row per service that has state.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "sim/storage/hdf5_file.hpp"
#include "sim/storage/service_states.hpp"
#include "sim/trace/trace.hpp"

namespace mlaasim::sim {

/// The value of the attribute `round` until a round is committed.
inline constexpr std::int64_t no_round = -1;

void create_checkpoint(const Hdf5File& file);

/// Sets the round and the digest, replaces all arrays, and writes the states (service_states.hpp).
void write_checkpoint(const Hdf5File& file, Round round, const std::map<std::string, Checkpoint::Array>& arrays,
                      const ServiceStateViews& states, const ServiceRows& rows, const std::string& digest);

[[nodiscard]] std::int64_t checkpoint_round(const Hdf5File& file);
/// The digest that was written; empty in a trace of schema 2.
[[nodiscard]] std::string stored_checkpoint_digest(const Hdf5File& file);
[[nodiscard]] std::optional<Checkpoint> load_checkpoint(const Hdf5File& file);

}  // namespace mlaasim::sim
