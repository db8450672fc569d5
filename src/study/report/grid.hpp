// Rows of coloured cells: who was a member when, who contributed what, which client had what.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "study/report/chart_data.hpp"
#include "study/report/markup.hpp"
#include "study/report/png.hpp"

namespace mlaasim::study {

/// A colour of a grid and what it means. Grids have their own colours, the same on light and dark paper.
struct CellColour {
    std::string label;  ///< for the legend; empty: between its neighbours
    Colour colour;
};

struct Grid {
    std::string id;  ///< of the element: letters and dashes
    std::string title;
    std::string row_word;     ///< "service"
    std::string column_word;  ///< "round"
    std::vector<CellColour> colours;
    std::vector<std::vector<std::uint8_t>>
        cells;        ///< row by row: numbers of `colours`; `nothing` where there is nothing
    CellTexts texts;  ///< the same shape; names of rows and columns too

    static constexpr std::uint8_t nothing = 255;
};

/// Cells beyond which a grid is one embedded picture instead of shapes that can be pointed at without a script.
inline constexpr std::size_t most_cells_as_shapes = 4000;

/// Rows that are drawn; of more, only the first ones, and a note says so.
inline constexpr std::size_t most_grid_rows = 1000;

/// What the colours mean.
[[nodiscard]] Markup legend_of(const std::vector<CellColour>& colours);

/// A <figure> with the title, the cells, a legend, and the data. Empty when there are no cells.
[[nodiscard]] Markup draw(const Grid& grid);

}  // namespace mlaasim::study
