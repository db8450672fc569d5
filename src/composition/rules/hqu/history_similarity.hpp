// HQU, the rule of historical quality: how alike two quality histories are (adaptive composition, eq. 10).
#pragma once

#include <span>

#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// The options of a kind of similarity, and the similarity that follows from them.
struct HistorySimilarity {
    virtual ~HistorySimilarity() = default;
    /// In [0, 1]. Both histories are in [0, 1], of one length, at least 1.
    [[nodiscard]] virtual double similarity(std::span<const double> p, std::span<const double> q) const = 0;
};

/// The kinds of similarities; the first is the default.
[[nodiscard]] std::span<const sim::Kind<HistorySimilarity>> history_similarity_kinds();

}  // namespace mlaasim::composition
