// Whether a service is better than those to be replaced (adaptive composition, Alg. 2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// What services are compared by.
struct ComparedAttributes {
    double effectiveness = 0;  ///< E_f
    double quality = 0;        ///< Q
    double volume = 0;         ///< D_v
};

/// The options of a kind of comparison, and what follows from them.
struct Comparison {
    virtual ~Comparison() = default;

    /// Why a service is no candidate; empty when it is one. `mean`: of the underperforming services.
    [[nodiscard]] virtual std::string shortfall(const ComparedAttributes& service,
                                                const ComparedAttributes& mean) const = 0;
    /// In how many of the three attributes a candidate is better than the mean, at least.
    [[nodiscard]] virtual std::int64_t better_in() const = 0;
    /// How often each candidate is listed when so many services underperform.
    [[nodiscard]] virtual std::size_t copies(std::size_t /*underperforming*/) const { return 1; }
};

/// The kinds of comparisons; the first is the default.
[[nodiscard]] std::span<const sim::Kind<Comparison>> comparison_kinds();

/// Empty when at least `better_in` attributes of the service are above the mean; else those that are not, joined by
/// "+", or "all three".
[[nodiscard]] std::string not_above(const ComparedAttributes& service, const ComparedAttributes& mean,
                                    std::int64_t better_in);

}  // namespace mlaasim::composition
