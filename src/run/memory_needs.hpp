// Memory that a scenario needs wherever it runs, known before anything is allocated.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "run/memory_limit.hpp"
#include "run/scenario.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {

/// A part of what one process needs; a lower bound.
struct MemoryNeed {
    std::string path;  ///< the option that it grows with
    std::string what;  ///< completes "... at least 1000 bytes": "the models of 20 members take"
    double bytes = 0.0;
    bool passing = false;  ///< given back before the rest is taken
};

/// What the process needs that coordinates a run, on any number of ranks. The updates that ranks share are left out:
/// evaluation.update_memory_mib bounds them.
[[nodiscard]] std::vector<MemoryNeed> memory_needs(const Scenario& scenario);

/// One problem for each need that is beyond the limit; where none is but all together are, one for the largest.
[[nodiscard]] std::vector<sim::Problem> beyond_memory(const std::vector<MemoryNeed>& needs, const MemoryLimit& limit);

/// A problem when the members' updates, which an assessment keeps, are beyond the limit even without anything else.
/// They are spread over the ranks, so several machines may hold them.
[[nodiscard]] std::optional<sim::Problem> updates_beyond_memory(const Scenario& scenario, const MemoryLimit& limit);

/// Throws InputError, located in the document, when this process can't have the memory that the scenario needs.
/// `source` is where data come from, never automatic.
void check_memory(const Scenario& scenario, const sim::Chosen<sim::DataSource>& source,
                  const sim::OptionsDocument& document);

}  // namespace mlaasim::run
