// Among which candidates each pick of a bandit is made (adaptive composition, Alg. 4).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "composition/bandit/policy.hpp"

namespace mlaasim::composition {

/// The options of a kind of draw, and the picks that follow from them.
struct Draw {
    virtual ~Draw() = default;
    /// `count` of the rows, as Policy::choose(); each is the best of those that it was drawn among.
    [[nodiscard]] virtual std::vector<std::size_t> pick(const Contexts& contexts, std::span<const std::size_t> rows,
                                                        std::span<const ArmScore> scores, std::size_t count,
                                                        sim::RandomStream& random) const = 0;
};

/// The kinds of draws; the first is the default.
[[nodiscard]] std::span<const sim::Kind<Draw>> draw_kinds();

}  // namespace mlaasim::composition
