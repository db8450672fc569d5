#include "study/report/line_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "study/quantity_text.hpp"
#include "study/report/axis.hpp"
#include "study/report/chart_data.hpp"
#include "study/report/svg.hpp"

namespace mlaasim::study {
namespace {

struct Frame {
    Axis x;
    Axis y;
    Box plot;

    [[nodiscard]] double left(double value) const { return plot.x + x.share(value) * plot.width; }
    [[nodiscard]] double top(double value) const { return plot.y + (1.0 - y.share(value)) * plot.height; }
};

/// The path through the values, with a gap where there is none.
std::string path_of(const Frame& frame, const std::vector<double>& x, const std::vector<double>& values) {
    std::string path;
    bool drawing = false;
    for (std::size_t i = 0; i < std::min(x.size(), values.size()); ++i) {
        if (std::isfinite(values[i])) {
            path += fmt::format("{}{:.1f} {:.1f}", drawing ? "L" : "M", frame.left(x[i]), frame.top(values[i]));
        }
        drawing = std::isfinite(values[i]);
    }
    return path;
}

/// The outline of an interval: its upper side there, its lower side back.
std::string band_of(const Frame& frame, const std::vector<double>& x, const Line& line) {
    std::string path;
    for (std::size_t i = 0; i < line.high.size(); ++i) {
        path += fmt::format("{}{:.1f} {:.1f}", i == 0 ? "M" : "L", frame.left(x[i]), frame.top(line.high[i]));
    }
    for (std::size_t i = line.low.size(); i-- > 0;) {
        path += fmt::format("L{:.1f} {:.1f}", frame.left(x[i]), frame.top(line.low[i]));
    }
    return path.empty() ? path : path + "Z";
}

Markup draw_mark(const Frame& frame, const ChartMark& mark) {
    const std::string class_name = fmt::format("mark-{}", word_of(mark.kind));
    const Markup title = element("title", {}, mark.label);
    const double left = frame.left(mark.from);
    if (mark.kind == ChartMark::Kind::drift) {
        const double width = std::max(2.0, frame.left(mark.to) - left);
        return element("rect",
                       {{"class", class_name},
                        {"x", px(left)},
                        {"y", px(frame.plot.y)},
                        {"width", px(width)},
                        {"height", px(frame.plot.height)}},
                       title);
    }
    // A row of its own below the lines for each kind, so that marks of one round do not cover each other.
    const double row = mark.kind == ChartMark::Kind::changed   ? 8.0
                       : mark.kind == ChartMark::Kind::adapted ? 18.0
                                                               : 28.0;
    const double y = frame.plot.y + frame.plot.height - row;
    std::string shape;
    switch (mark.kind) {
        case ChartMark::Kind::changed: shape = fmt::format("M{:.1f} {:.1f}l4.5 8h-9z", left, y - 4.0); break;
        case ChartMark::Kind::adapted: shape = fmt::format("M{:.1f} {:.1f}l4 4l-4 4l-4 -4z", left, y - 4.0); break;
        default: shape = fmt::format("M{:.1f} {:.1f}l6 6m0 -6l-6 6", left - 3.0, y - 3.0); break;
    }
    return element("path", {{"class", class_name}, {"d", shape}}, title);
}

Markup draw_axes(const Frame& frame, const LineChart& chart) {
    Markup axes;
    for (const double tick : frame.y.ticks) {
        const std::string y = px(frame.top(tick));
        axes += element("line", {{"class", "gridline"},
                                 {"x1", px(frame.plot.x)},
                                 {"x2", px(frame.plot.x + frame.plot.width)},
                                 {"y1", y},
                                 {"y2", y}});
        axes += element(
            "text",
            {{"class", "tick"}, {"x", px(frame.plot.x - 6)}, {"y", y}, {"dy", "0.32em"}, {"text-anchor", "end"}},
            tick_text(chart.unit, tick));
    }
    for (const double tick : frame.x.ticks) {
        axes += element("text",
                        {{"class", "tick"},
                         {"x", px(frame.left(tick))},
                         {"y", px(frame.plot.y + frame.plot.height + 16)},
                         {"text-anchor", "middle"}},
                        number_text(tick));
    }
    axes += element("text",
                    {{"class", "axis"},
                     {"x", px(frame.plot.x + frame.plot.width)},
                     {"y", px(frame.plot.y + frame.plot.height + 32)},
                     {"text-anchor", "end"}},
                    chart.x_label);
    return axes;
}

Markup draw_lines(const Frame& frame, const LineChart& chart) {
    Markup lines;
    for (const Line& line : chart.lines) {
        if (!line.low.empty()) {
            lines += element("path",
                             {{"class", fmt::format("band c{}", line.colour)}, {"d", band_of(frame, chart.x, line)}});
        }
    }
    for (const Line& line : chart.lines) {
        lines += element(
            "path", {{"class", fmt::format("line c{}", line.colour)}, {"d", path_of(frame, chart.x, line.values)}});
        if (chart.x.size() <= 60) {
            for (std::size_t i = 0; i < line.values.size(); ++i) {
                if (std::isfinite(line.values[i])) {
                    lines += element("circle",
                                     {{"class", fmt::format("point c{}", line.colour)},
                                      {"cx", px(frame.left(chart.x[i]))},
                                      {"cy", px(frame.top(line.values[i]))},
                                      {"r", "2.5"}},
                                     element("title", {},
                                             fmt::format("{} {}, {}: {}", chart.x_label, number_text(chart.x[i]),
                                                         line.label, value_text(chart.unit, line.values[i]))));
                }
            }
        }
    }
    return lines;
}

std::string_view label_of(ChartMark::Kind kind) {
    return kind == ChartMark::Kind::changed ? "members changed" : word_of(kind);
}

Markup legend_of(const LineChart& chart) {
    Markup legend;
    for (const Line& line : chart.lines) {
        legend += element("span", {{"class", fmt::format("key c{}", line.colour)}}, line.label);
    }
    for (const ChartMark::Kind kind :
         {ChartMark::Kind::drift, ChartMark::Kind::changed, ChartMark::Kind::adapted, ChartMark::Kind::outage}) {
        if (std::any_of(chart.marks.begin(), chart.marks.end(),
                        [&](const ChartMark& mark) { return mark.kind == kind; })) {
            legend += element("span", {{"class", fmt::format("key key-{}", word_of(kind))}}, label_of(kind));
        }
    }
    return element("p", {{"class", "legend"}}, legend);
}

}  // namespace

void ChartRange::widen(const LineChart& chart) {
    for (const Line& line : chart.lines) {
        for (const auto* const values : {&line.values, &line.low, &line.high}) {
            for (const double value : *values) {
                if (std::isfinite(value)) {
                    // fmin and fmax take the number where the other is NaN.
                    low = std::fmin(low, value);
                    high = std::fmax(high, value);
                }
            }
        }
    }
}

std::string_view word_of(Unit unit) {
    switch (unit) {
        case Unit::share: return "share";
        case Unit::bytes: return "bytes";
        case Unit::seconds: return "seconds";
        case Unit::joules: return "joules";
        case Unit::milliseconds: return "milliseconds";
        case Unit::plain: break;
    }
    return "plain";
}

std::string_view word_of(ChartMark::Kind kind) {
    switch (kind) {
        case ChartMark::Kind::drift: return "drift";
        case ChartMark::Kind::outage: return "outage";
        case ChartMark::Kind::changed: return "changed";
        case ChartMark::Kind::adapted: return "adapted";
    }
    return "";
}

std::string value_text(Unit unit, double value) {
    switch (unit) {
        case Unit::share: return percent_text(value);
        case Unit::bytes: return bytes_text(value);
        case Unit::seconds: return seconds_text(value);
        case Unit::joules: return energy_text(value);
        case Unit::milliseconds: return seconds_text(value / 1000.0);
        case Unit::plain: break;
    }
    return number_text(value);
}

std::string tick_text(Unit unit, double value) {
    return unit == Unit::share     ? number_text(100.0 * value) + " %"
           : unit == Unit::seconds ? number_text(value) + " s"
                                   : value_text(unit, value);
}

Markup draw(const LineChart& chart) {
    ChartRange range = chart.range;
    range.widen(chart);
    if (std::isnan(range.low) || chart.x.empty()) {
        return {};
    }
    const Box whole = chart.small ? Box{.width = 420, .height = 200} : Box{.width = 960, .height = 264};
    const Frame frame{
        .x = axis_of_rounds(chart.x.front(), chart.x.back(), chart.small ? 6 : 12),
        .y = axis_over(chart.from_zero ? std::min(0.0, range.low) : range.low, range.high, chart.small ? 4 : 5),
        .plot = {.x = 64, .y = 8, .width = whole.width - 76, .height = whole.height - 48}};
    Markup drawing = element("title", {}, chart.title);
    for (const ChartMark& mark : chart.marks) {
        if (mark.kind == ChartMark::Kind::drift) {
            drawing += draw_mark(frame, mark);
        }
    }
    drawing += draw_axes(frame, chart);
    drawing += draw_lines(frame, chart);
    for (const ChartMark& mark : chart.marks) {
        if (mark.kind != ChartMark::Kind::drift) {
            drawing += draw_mark(frame, mark);
        }
    }
    return element("figure", {{"class", "chart"}, {"id", chart.id}},
                   element("figcaption", {}, chart.title) + svg(whole, chart.title, drawing) +
                       element("div", {{"class", "canvas"}}) + legend_of(chart) + data_element(chart_data(chart)));
}

}  // namespace mlaasim::study
