// When, how and for whom the data drifts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"
#include "sim/drift/drift_options.hpp"
#include "sim/drift/drift_state.hpp"

namespace mlaasim::sim {

/// The schedule resolved to entities. A pure function of (scenario, entity, round): it needs no saved state.
///
/// The strength of an entry in a round is the full strength that its kind says, times the level of its pattern.
class DriftSchedule {
public:
    /// Throws InputError with one problem for every rule that spans options, each named by its entry ("drift.2: ...").
    DriftSchedule(std::span<const DriftOptions> options, std::uint32_t services, std::uint32_t clients,
                  std::uint32_t classes, Seed seed);

    [[nodiscard]] DriftState service(ServiceId id, Round round) const;
    [[nodiscard]] DriftState client(ClientId id, Round round) const;

    /// An entry whose effect starts or ends in this round, for the trace's events.
    struct Change {
        std::size_t entry;
        bool starts;
    };
    [[nodiscard]] std::vector<Change> changes(Round round) const;

private:
    struct Entry {
        std::shared_ptr<const DriftOptions> options;
        std::vector<bool> affected;
    };
    [[nodiscard]] DriftState state(DriftTarget target, std::uint32_t id, Round round) const;

    std::vector<Entry> entries_;
};

}  // namespace mlaasim::sim
