// Sums over long vectors in a fixed order that compilers can still turn into vector instructions.
#pragma once

#include <array>
#include <cstddef>
#include <numeric>

namespace mlaasim::composition {

/// Running sums side by side: whatever vectors the compiler makes of them, the bits stay.
inline constexpr std::size_t lanes = 16;

struct LaneSums {
    std::array<double, lanes> of{};

    [[nodiscard]] double total() const { return std::accumulate(of.begin(), of.end(), 0.0); }
};

/// sums[lane] += term(i) for i < size, lane = i mod lanes.
template <class Term, std::size_t Count>
void add_terms(std::array<LaneSums*, Count> totals, std::size_t size, Term term) {
    std::array<LaneSums, Count> sums;  // a copy that stays in registers
    for (std::size_t k = 0; k < Count; ++k) {
        sums[k] = *totals[k];
    }
    std::size_t i = 0;
    for (; i + lanes <= size; i += lanes) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            term(i + lane, lane, sums);
        }
    }
    for (std::size_t lane = 0; i < size; ++i, ++lane) {
        term(i, lane, sums);
    }
    for (std::size_t k = 0; k < Count; ++k) {
        *totals[k] = sums[k];
    }
}

}  // namespace mlaasim::composition
