// Which clients' streams have drifted, and which of them alike.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "run/serving_view.hpp"
#include "run/worker.hpp"
#include "tta/serving/serving.hpp"

namespace mlaasim::run {

/// What one rank knows: all groups, and the distances of its own clients.
class DriftedStreams {
public:
    /// Of a client of this rank: the group of at least two that it belongs to, and what serving needs to know.
    [[nodiscard]] std::pair<sim::ClientId, tta::DriftedStream> of(sim::ClientId client, ServingView& view,
                                                                  sim::Round round) const;

private:
    friend DriftedStreams find_drifted_streams(const Worker& worker, ServingView& view,
                                               std::span<const std::uint32_t> mine);

    std::map<sim::ClientId, tta::DriftedStream> streams_{};         ///< of this rank
    std::map<sim::ClientId, sim::ClientId> first_of_{};             ///< of drifted clients: their group's first
    std::map<sim::ClientId, std::vector<sim::ClientId>> groups_{};  ///< by their first
};

/// Looks at the windows of this rank's clients. Collective.
[[nodiscard]] DriftedStreams find_drifted_streams(const Worker& worker, ServingView& view,
                                                  std::span<const std::uint32_t> mine);

}  // namespace mlaasim::run
