// Which clients' streams have drifted, and which of them alike.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "run/serving_view.hpp"
#include "run/worker.hpp"
#include "tta/serving/serving.hpp"

namespace mlaasim::run {

/// What one rank knows: all groups, and the distances of its own clients.
class DriftedStreams {
public:
    struct Found {
        sim::ClientId group{};        ///< of at least two that it belongs to
        sim::Round since{};           ///< as ServedState::drifted_since
        sim::Round last{};            ///< as ServedState::drifted_last
        tta::DriftedStream stream{};  ///< what serving needs to know
    };
    /// Of a client of this rank.
    [[nodiscard]] Found of(sim::ClientId client, ServingView& view, sim::Round round) const;

private:
    friend DriftedStreams find_drifted_streams(const Worker& worker, ServingView& view,
                                               std::span<const std::uint32_t> mine,
                                               const std::vector<ServedState>& before);

    std::map<sim::ClientId, Found> found_{};                        ///< of this rank, without groups
    std::map<sim::ClientId, sim::ClientId> first_of_{};             ///< of drifted clients: their group's first
    std::map<sim::ClientId, std::vector<DriftedClient>> groups_{};  ///< by their first
};

/// Looks at the windows of this rank's clients. `before`: as they have been served so far, by client. Collective.
[[nodiscard]] DriftedStreams find_drifted_streams(const Worker& worker, ServingView& view,
                                                  std::span<const std::uint32_t> mine,
                                                  const std::vector<ServedState>& before);

}  // namespace mlaasim::run
