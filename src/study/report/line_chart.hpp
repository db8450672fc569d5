// A chart of lines over rounds: as SVG, which needs no script and prints, and as data for the chart library, which
// takes the SVG's place on a screen.
#pragma once

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "study/report/markup.hpp"

namespace mlaasim::study {

/// What the numbers of a chart are, for axes and legends.
enum class Unit { share, plain, bytes, seconds, joules, milliseconds };

struct Line {
    std::string label;
    int colour = 0;              ///< number of the palette, 0 to 7
    std::vector<double> values;  ///< one a position of `x`; NaN leaves a gap
    /// An interval around the values; both empty when there is none.
    std::vector<double> low{};
    std::vector<double> high{};
};

/// Something that happened, drawn into the chart.
struct ChartMark {
    enum class Kind { drift, outage, changed, adapted };
    Kind kind = Kind::drift;
    double from = 0.0;
    double to = 0.0;  ///< equals `from` unless the mark has a length
    std::string label;
};

struct LineChart;

/// From the lowest to the highest value of charts; NaN where there is none.
struct ChartRange {
    double low = NAN;
    double high = NAN;
    void widen(const LineChart& chart);
};

struct LineChart {
    std::string id;  ///< of the element: letters and dashes
    std::string title;
    std::string x_label = "round";
    Unit unit = Unit::plain;
    bool from_zero = false;  ///< whether the axis starts at 0
    std::vector<double> x;
    std::vector<Line> lines;
    std::vector<ChartMark> marks{};
    ChartRange range{};  ///< of the axis; by default that of the values
    bool small = false;  ///< one of several side by side
};

/// The unit's word in the chart's data: "share".
[[nodiscard]] std::string_view word_of(Unit unit);
/// The mark's word in the chart's data, style sheet and script: "drift".
[[nodiscard]] std::string_view word_of(ChartMark::Kind kind);
/// Words of a value: "85.8 %", "1.2 MB".
[[nodiscard]] std::string value_text(Unit unit, double value);
/// The same at a tick of an axis, as short as it can be: "80 %".
[[nodiscard]] std::string tick_text(Unit unit, double value);

/// A <figure> with the title, the SVG, a legend, and the data. Empty when there is no value to draw.
[[nodiscard]] Markup draw(const LineChart& chart);

}  // namespace mlaasim::study
