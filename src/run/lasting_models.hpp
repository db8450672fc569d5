// The models that outlive a round: the one that serves, and in an ensemble each member's own.
#pragma once

#include <span>
#include <vector>

#include "composition/archive.hpp"
#include "run/cluster.hpp"
#include "run/world.hpp"
#include "sim/core/ids.hpp"

namespace mlaasim::run {

class LastingModels {
public:
    LastingModels(const World& world, Cluster& cluster) : world_{world}, cluster_{cluster} {}

    /// Notes whose own models are others than at the last save. Without effect where members have none.
    void changed(std::span<const sim::ServiceId> services);
    /// `members`: of the composition. Loading throws InputError when the models are of another size.
    void archive(composition::Archive& archive, const std::vector<sim::ServiceId>& members);

private:
    void save_members(composition::Archive& archive, const std::vector<sim::ServiceId>& members);

    const World& world_;
    Cluster& cluster_;
    std::vector<sim::ServiceId> changed_;  ///< since the last save
};

}  // namespace mlaasim::run
