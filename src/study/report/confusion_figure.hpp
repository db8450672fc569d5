// Confusion matrices as one heat map, in which the page's script chooses the round.
#pragma once

#include <cstddef>
#include <span>

#include "study/report/confusion.hpp"
#include "study/report/markup.hpp"

namespace mlaasim::study {

/// Classes that are drawn; of more, those with most mistakes, and the title says so.
inline constexpr std::size_t most_drawn_classes = 100;
/// Cells that go into the page over all rounds. Beyond, every second, third, ... matrix is left out, never the last.
inline constexpr std::size_t most_stored_cells = 200'000;

/// A <figure> with the last matrix drawn. Empty when there is none.
[[nodiscard]] Markup draw(std::span<const ConfusionMatrix> matrices);

}  // namespace mlaasim::study
