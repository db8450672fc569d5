// What the report's script gets to work with: JSON inside of the page.
#pragma once

#include <string>
#include <vector>

#include "study/report/line_chart.hpp"
#include "study/report/markup.hpp"

namespace mlaasim::study {

/// The data of a chart.
[[nodiscard]] std::string chart_data(const LineChart& chart);

/// The data of a grid: the names of its rows and columns, and a text for each cell. Equal texts are stored once.
struct CellTexts {
    std::vector<std::string> rows;
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> cells;  ///< row by row; empty where there is nothing to say
};
[[nodiscard]] std::string cell_data(const CellTexts& cells);

/// A block that holds JSON. The browser runs nothing of it.
[[nodiscard]] Markup data_element(const std::string& json);

}  // namespace mlaasim::study
