// Attributes of a composition as a whole, from those of its members.
#pragma once

#include <span>
#include <vector>

#include "composition/marketplace.hpp"

namespace mlaasim::composition {

/// Sum of the members' class histograms.
[[nodiscard]] std::vector<double> composed_histogram(const Marketplace& market,
                                                     std::span<const sim::ServiceId> members);

/// Mean of the members' quality histories, aligned at their newest values; as long as the longest of them.
[[nodiscard]] std::vector<double> composed_quality_history(const Marketplace& market,
                                                           std::span<const sim::ServiceId> members);

/// Mean quality of the members; 0 without members.
[[nodiscard]] double mean_quality(const Marketplace& market, std::span<const sim::ServiceId> members);

/// Response time of the slowest member, ms; 0 without members.
[[nodiscard]] double slowest_response_ms(const Marketplace& market, std::span<const sim::ServiceId> members);

}  // namespace mlaasim::composition
