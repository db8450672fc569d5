#include "study/report/grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>

#include "sim/core/base64.hpp"
#include "study/quantity_text.hpp"
#include "study/report/axis.hpp"
#include "study/report/svg.hpp"

namespace mlaasim::study {
namespace {

constexpr double page_width = 960.0;

/// Where the cells are.
struct Layout {
    Box cells;
    double row_height = 0.0;
    double column_width = 0.0;
    Box whole;
};

Layout layout_of(const Grid& grid) {
    const auto rows = static_cast<double>(grid.cells.size());
    const auto columns = static_cast<double>(grid.cells.front().size());
    std::size_t longest = 4;
    for (const std::string& name : grid.texts.rows) {
        longest = std::max(longest, name.size());
    }
    Layout layout;
    layout.cells.x = std::min(240.0, 7.0 * static_cast<double>(longest) + 12.0);
    layout.cells.y = 4.0;
    layout.row_height = rows <= 40 ? 16.0 : rows <= 120 ? 8.0 : rows <= 300 ? 4.0 : 3.0;
    layout.column_width = std::min(88.0, (page_width - layout.cells.x - 8.0) / columns);
    layout.cells.width = columns * layout.column_width;
    layout.cells.height = rows * layout.row_height;
    layout.whole = {.width = std::max(320.0, layout.cells.x + layout.cells.width + 8.0),
                    .height = layout.cells.y + layout.cells.height + 36.0};
    return layout;
}

std::string cell_title(const Grid& grid, std::size_t row, std::size_t first, std::size_t end) {
    const std::string columns = end - first == 1
                                    ? grid.texts.columns[first]
                                    : fmt::format("{} to {}", grid.texts.columns[first], grid.texts.columns[end - 1]);
    return fmt::format("{} {}, {} {}: {}", grid.row_word, grid.texts.rows[row], grid.column_word, columns,
                       grid.texts.cells[row][first]);
}

/// Cells of a row that are alike become one shape.
Markup shapes_of(const Grid& grid, const Layout& layout) {
    Markup shapes;
    for (std::size_t row = 0; row < grid.cells.size(); ++row) {
        const auto& cells = grid.cells[row];
        for (std::size_t first = 0, end = 0; first < cells.size(); first = end) {
            end = first + 1;
            while (end < cells.size() && cells[end] == cells[first] &&
                   grid.texts.cells[row][end] == grid.texts.cells[row][first]) {
                ++end;
            }
            if (cells[first] == Grid::nothing) {
                continue;
            }
            shapes += element("rect",
                              {{"x", px(layout.cells.x + static_cast<double>(first) * layout.column_width)},
                               {"y", px(layout.cells.y + static_cast<double>(row) * layout.row_height)},
                               {"width", px(static_cast<double>(end - first) * layout.column_width - 0.6)},
                               {"height", px(layout.row_height - (layout.row_height > 6.0 ? 1.5 : 0.0))},
                               {"fill", hex_of(grid.colours[cells[first]].colour)}},
                              element("title", {}, cell_title(grid, row, first, end)));
        }
    }
    return shapes;
}

Markup picture_of(const Grid& grid, const Layout& layout) {
    std::vector<Colour> palette;
    palette.reserve(grid.colours.size() + 1);
    for (const CellColour& colour : grid.colours) {
        palette.push_back(colour.colour);
    }
    const auto empty = static_cast<std::uint8_t>(palette.size());
    palette.push_back({.transparent = true});
    std::vector<std::uint8_t> pixels;
    for (const auto& row : grid.cells) {
        std::transform(row.begin(), row.end(), std::back_inserter(pixels),
                       [&](std::uint8_t cell) { return cell == Grid::nothing ? empty : cell; });
    }
    const auto png = png_of(grid.cells.front().size(), grid.cells.size(), pixels, palette);
    return element("image", {{"class", "pixels"},
                             {"x", px(layout.cells.x)},
                             {"y", px(layout.cells.y)},
                             {"width", px(layout.cells.width)},
                             {"height", px(layout.cells.height)},
                             {"preserveAspectRatio", "none"},
                             {"href", "data:image/png;base64," + sim::base64_of(png)}});
}

/// Columns with round numbers, as many as there is room for.
std::vector<std::size_t> named_columns(const Grid& grid, const Layout& layout) {
    constexpr double room = 34.0;
    const auto columns = static_cast<double>(grid.texts.columns.size());
    const Axis axis = axis_of_rounds(0.0, columns, static_cast<int>(std::max(1.0, layout.cells.width / room)));
    const double step = axis.ticks.size() > 1 ? axis.ticks[1] - axis.ticks[0] : 1.0;
    std::vector<std::size_t> named;
    for (std::size_t column = 0; column < grid.texts.columns.size(); ++column) {
        if (std::fmod(std::strtod(grid.texts.columns[column].c_str(), nullptr), step) == 0.0) {
            named.push_back(column);
        }
    }
    return named;
}

/// Names of rows and columns, as many as there is room for.
Markup names_of(const Grid& grid, const Layout& layout) {
    Markup names;
    const double text_height = 11.0;
    const auto every_row = static_cast<std::size_t>(std::max(1.0, std::ceil(text_height / layout.row_height)));
    for (std::size_t row = 0; row < grid.texts.rows.size(); row += every_row) {
        names += element("text",
                         {{"class", "tick"},
                          {"x", px(layout.cells.x - 6.0)},
                          {"y", px(layout.cells.y + (static_cast<double>(row) + 0.5) * layout.row_height)},
                          {"dy", "0.32em"},
                          {"text-anchor", "end"}},
                         grid.texts.rows[row]);
    }
    for (const std::size_t column : named_columns(grid, layout)) {
        names += element("text",
                         {{"class", "tick"},
                          {"x", px(layout.cells.x + (static_cast<double>(column) + 0.5) * layout.column_width)},
                          {"y", px(layout.cells.y + layout.cells.height + 14.0)},
                          {"text-anchor", "middle"}},
                         grid.texts.columns[column]);
    }
    names += element("text",
                     {{"class", "axis"},
                      {"x", px(layout.cells.x + layout.cells.width)},
                      {"y", px(layout.cells.y + layout.cells.height + 30.0)},
                      {"text-anchor", "end"}},
                     grid.column_word);
    return names;
}

Markup draw_all(const Grid& grid, const std::string& title) {
    const Layout layout = layout_of(grid);
    const bool as_shapes = grid.cells.size() * grid.cells.front().size() <= most_cells_as_shapes;
    Markup content = element("title", {}, title);
    content += names_of(grid, layout);
    content += element("g", {{"class", "cells"}}, as_shapes ? shapes_of(grid, layout) : picture_of(grid, layout));
    Attributes attributes{
        {"class", "grid"}, {"id", grid.id}, {"data-row", grid.row_word}, {"data-column", grid.column_word}};
    return element("figure", attributes,
                   element("figcaption", {}, title) + svg(layout.whole, title, content) + legend_of(grid.colours) +
                       data_element(cell_data(grid.texts)));
}

}  // namespace

Markup legend_of(const std::vector<CellColour>& colours) {
    Markup legend;
    for (const CellColour& colour : colours) {
        const Markup swatch =
            element("svg", {{"class", "swatch"}, {"viewBox", "0 0 10 10"}, {"aria-hidden", "true"}},
                    element("rect", {{"width", "10"}, {"height", "10"}, {"fill", hex_of(colour.colour)}}));
        legend += element("span", {{"class", colour.label.empty() ? "key bare" : "key"}}, swatch + text(colour.label));
    }
    return element("p", {{"class", "legend"}}, legend);
}

Markup draw(const Grid& grid) {
    if (grid.cells.empty() || grid.cells.front().empty()) {
        return {};
    }
    if (grid.cells.size() <= most_grid_rows) {
        return draw_all(grid, grid.title);
    }
    Grid first = grid;
    first.cells.resize(most_grid_rows);
    first.texts.cells.resize(most_grid_rows);
    first.texts.rows.resize(most_grid_rows);
    return draw_all(first, fmt::format("{} (the first {} of {} rows)", grid.title, most_grid_rows, grid.cells.size()));
}

}  // namespace mlaasim::study
