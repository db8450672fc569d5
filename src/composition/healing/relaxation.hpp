// What would help most nearly where harm is proven and nothing can be done about it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "composition/healing/convicted.hpp"

namespace mlaasim::composition {

/// Where every member is convicted. `tolerance`: of the test that convicted them.
[[nodiscard]] std::string relaxation_for_all(const Convicted& convicted, double tolerance);

/// Why no candidate takes the place of a convicted member where no more may leave.
struct NoSubstitute {
    std::string why{};                ///< no candidate took part; empty when some did
    std::size_t tried = 0;            ///< candidates that were trained
    std::int64_t candidates = 0;      ///< most of them
    std::int64_t labels = 0;          ///< granted in a round
    std::int64_t fewest_members = 2;  ///< as the options have it
    std::size_t fewest = 2;           ///< as it is, in a composition that began with fewer
};
[[nodiscard]] std::string relaxation_without_substitute(const NoSubstitute& found);

}  // namespace mlaasim::composition
