// Which services of the marketplace could replace the underperforming ones (adaptive composition, Alg. 2).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "composition/marketplace.hpp"
#include "composition/round_log.hpp"

namespace mlaasim::composition {

enum class FilterForm {
    k_of_3,   ///< at least `better_in` of E_f, Q, D_v above the mean of the underperforming; each candidate once
              ///< (default)
    literal,  ///< Alg. 2 as printed: all three, and a candidate appears once per underperforming service
};

struct FilterOptions {
    FilterForm form = FilterForm::k_of_3;
    std::int64_t better_in = 2;
    std::int64_t max_accepted_rows = 1000;  ///< candidates recorded a round, lowest ids first
    std::int64_t max_rejected_rows = 100;   ///< rejected services recorded a round, lowest ids first
};

[[nodiscard]] std::vector<sim::Choice> choices_of(FilterForm);
void declare(sim::OptionVisitor& visitor, FilterOptions& options);

struct FilterRequest {
    std::span<const sim::ServiceId> underperforming;  ///< not empty
    std::span<const sim::ServiceId> members;          ///< of the whole composition
    std::span<const std::uint8_t> available{};        ///< by service id; empty: all are
    std::span<const sim::ServiceId> excluded{};       ///< e.g. replaced a moment ago
};

/// The candidates, ascending. The first candidates and rejected services are logged, by id, the rejected with a reason:
/// member, unavailable, excluded, architecture, modality, features, or the attributes that are not above the mean:
/// effectiveness, quality, volume, two of them joined by "+", or "all three".
[[nodiscard]] std::vector<sim::ServiceId> filter_candidates(const Marketplace& market, const FilterRequest& request,
                                                            const FilterOptions& options, RoundLog& log);

}  // namespace mlaasim::composition
