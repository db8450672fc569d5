// Which services of the marketplace could replace the underperforming ones (adaptive composition, Alg. 2).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "composition/filter/comparison.hpp"
#include "composition/marketplace.hpp"
#include "composition/requirements.hpp"
#include "composition/round_log.hpp"

namespace mlaasim::composition {

struct FilterOptions {
    sim::Chosen<Comparison> form{comparison_kinds()};
    std::int64_t max_accepted_rows = 1000;  ///< candidates recorded a round, lowest ids first
    std::int64_t max_rejected_rows = 100;   ///< rejected services recorded a round, lowest ids first
};

void declare(sim::OptionVisitor& visitor, FilterOptions& options);

struct FilterRequest {
    std::span<const sim::ServiceId> underperforming;  ///< not empty
    std::span<const sim::ServiceId> members;          ///< of the whole composition
    std::span<const std::uint8_t> available{};        ///< by service id; empty: all are
    std::span<const sim::ServiceId> excluded{};       ///< e.g. replaced a moment ago
    Requirements requirements{};                      ///< of all clients together
};

/// The candidates, ascending. The first candidates and rejected services are logged, by id, the rejected with a reason:
/// member, unavailable, excluded, architecture, modality, features, the requirement that every swap would break, or
/// what Comparison::shortfall() says.
[[nodiscard]] std::vector<sim::ServiceId> filter_candidates(const Marketplace& market, const FilterRequest& request,
                                                            const FilterOptions& options, RoundLog& log);

}  // namespace mlaasim::composition
