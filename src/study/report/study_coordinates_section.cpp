#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <optional>

#include "study/quantity_text.hpp"
#include "study/report/axis.hpp"
#include "study/report/sections.hpp"
#include "study/report/study_view.hpp"
#include "study/report/svg.hpp"

namespace mlaasim::study {
namespace {

constexpr std::size_t most_points = 2000;
constexpr double top = 30.0;
constexpr double height = 260.0;

/// One of the axes that stand side by side. Keys with values that are no numbers have one place a value.
struct Coordinate {
    std::string name;
    std::vector<std::string> words;  ///< of its ticks
    std::vector<double> places;      ///< of its ticks: 0 is at the bottom, 1 at the top
    std::vector<double> of_point;    ///< where each point crosses it; NaN where it does not
};

std::optional<double> as_number(const std::string& text) {
    double number = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

template <class Words>
Coordinate numeric(const std::string& name, const std::vector<double>& values, const Words& words_of) {
    double low = HUGE_VAL;
    double high = -HUGE_VAL;
    for (const double value : values) {
        low = std::isfinite(value) ? std::min(low, value) : low;
        high = std::isfinite(value) ? std::max(high, value) : high;
    }
    Coordinate coordinate{
        .name = name, .words = {}, .places = {}, .of_point = std::vector<double>(values.size(), std::nan(""))};
    if (low > high) {
        return coordinate;
    }
    if (low == high) {
        coordinate.words.push_back(words_of(low));
        coordinate.places.push_back(0.5);
        std::transform(values.begin(), values.end(), coordinate.of_point.begin(),
                       [](double value) { return std::isfinite(value) ? 0.5 : value; });
        return coordinate;
    }
    const Axis axis = axis_over(low, high, 5);
    for (const double tick : axis.ticks) {
        coordinate.words.push_back(words_of(tick));
        coordinate.places.push_back(axis.share(tick));
    }
    std::transform(values.begin(), values.end(), coordinate.of_point.begin(),
                   [&](double value) { return axis.share(value); });
    return coordinate;
}

Coordinate of_words(const std::string& name, const std::vector<std::string>& values) {
    Coordinate coordinate{.name = name, .words = {}, .places = {}, .of_point = {}};
    for (const std::string& value : values) {
        if (std::ranges::find(coordinate.words, value) == coordinate.words.end()) {
            coordinate.words.push_back(value);
        }
    }
    const auto count = static_cast<double>(coordinate.words.size());
    for (std::size_t i = 0; i < coordinate.words.size(); ++i) {
        coordinate.places.push_back((static_cast<double>(i) + 0.5) / count);
    }
    for (const std::string& value : values) {
        coordinate.of_point.push_back(coordinate.places[static_cast<std::size_t>(
            std::ranges::find(coordinate.words, value) - coordinate.words.begin())]);
    }
    return coordinate;
}

Coordinate of_key(const std::string& key, const std::vector<const CollectedPoint*>& points) {
    std::vector<std::string> words;
    std::vector<double> numbers;
    for (const CollectedPoint* const collected : points) {
        const auto value = std::ranges::find(collected->point.values, key, &Named::name);
        words.push_back(value == collected->point.values.end() ? "" : value->value);
        if (const auto number = as_number(words.back())) {
            numbers.push_back(*number);
        }
    }
    return numbers.size() == words.size() ? numeric(key, numbers, number_text) : of_words(key, words);
}

std::vector<Coordinate> coordinates_of(const StudyView& view, const std::vector<const CollectedPoint*>& points) {
    std::vector<Coordinate> coordinates;
    coordinates.reserve(view.study.keys.size() + view.study.metrics.size());
    for (const std::string& key : view.study.keys) {
        coordinates.push_back(of_key(key, points));
    }
    for (std::size_t metric = 0; metric < view.study.metrics.size(); ++metric) {
        std::vector<double> values;
        std::transform(points.begin(), points.end(), std::back_inserter(values), [&](const CollectedPoint* collected) {
            return metric < collected->metrics.size() ? collected->metrics[metric].value_or(std::nan(""))
                                                      : std::nan("");
        });
        coordinates.push_back(numeric(view.study.metrics[metric].name, values,
                                      [&](double value) { return value_text(view.study.metrics[metric], value); }));
    }
    return coordinates;
}

double left_of(std::size_t axis, std::size_t axes) {
    return 60.0 + 820.0 * static_cast<double>(axis) / static_cast<double>(axes - 1);
}
double y_of(double place) { return top + height * (1.0 - place); }

Markup axes_of(const std::vector<Coordinate>& coordinates) {
    Markup drawing;
    for (std::size_t i = 0; i < coordinates.size(); ++i) {
        const double x = left_of(i, coordinates.size());
        drawing += element(
            "line", {{"class", "gridline"}, {"x1", px(x)}, {"x2", px(x)}, {"y1", px(top)}, {"y2", px(top + height)}});
        // Names stand in two rows, so that long ones do not meet.
        const std::string anchor = i == 0 ? "start" : i + 1 == coordinates.size() ? "end" : "middle";
        drawing += element("text",
                           {{"class", "axis"},
                            {"x", px(i == 0 ? 8.0 : x)},
                            {"y", px(i % 2 == 0 ? 10.0 : 22.0)},
                            {"text-anchor", anchor}},
                           coordinates[i].name);
        for (std::size_t tick = 0; tick < coordinates[i].words.size(); ++tick) {
            drawing += element("text",
                               {{"class", "tick"},
                                {"x", px(x - 5)},
                                {"y", px(y_of(coordinates[i].places[tick]))},
                                {"dy", "0.32em"},
                                {"text-anchor", "end"}},
                               coordinates[i].words[tick]);
        }
    }
    return drawing;
}

/// The line of a point; empty when it has no place on two axes side by side.
std::string path_of(const std::vector<Coordinate>& coordinates, std::size_t point) {
    std::string path;
    bool drawing = false;
    for (std::size_t i = 0; i < coordinates.size(); ++i) {
        const double place = coordinates[i].of_point[point];
        if (std::isfinite(place)) {
            path += fmt::format("{}{:.1f} {:.1f}", drawing ? "L" : "M", left_of(i, coordinates.size()), y_of(place));
        }
        drawing = std::isfinite(place);
    }
    return path.find('L') == std::string::npos ? std::string{} : path;
}

std::string title_of(const StudyView& view, const CollectedPoint& collected) {
    std::string title = collected.point.name;
    for (std::size_t i = 0; i < std::min(view.study.metrics.size(), collected.metrics.size()); ++i) {
        title += fmt::format("; {} {}", view.study.metrics[i].name,
                             value_text(view.study.metrics[i], collected.metrics[i].value_or(std::nan(""))));
    }
    return title;
}

}  // namespace

Markup study_coordinates_section(const StudyView& view) {
    std::vector<const CollectedPoint*> points;
    std::size_t complete = 0;
    for (const CollectedPoint& collected : view.points) {
        if (collected.status.state == PointState::complete && ++complete <= most_points) {
            points.push_back(&collected);
        }
    }
    const std::vector<Coordinate> coordinates = coordinates_of(view, points);
    if (points.empty() || coordinates.size() < 2) {
        return {};
    }
    // The first metric colours the lines: its lower, middle and upper third.
    const std::size_t colouring = view.study.metrics.empty() ? 0 : view.study.keys.size();
    Markup lines;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const double place = coordinates[colouring].of_point[i];
        const char* const third = !(place >= 1.0 / 3.0) ? "c1" : place < 2.0 / 3.0 ? "c3" : "c0";
        if (const std::string path = path_of(coordinates, i); !path.empty()) {
            lines += element("path", {{"class", fmt::format("line thin {}", third)}, {"d", path}},
                             element("title", {}, title_of(view, *points[i])));
        }
    }
    const Markup note =
        complete > points.size()
            ? element("p", {}, fmt::format("The first {} of {} complete points are drawn.", points.size(), complete))
            : Markup{};
    const std::string title = fmt::format("Every complete point; colour: {}", coordinates[colouring].name);
    return section("coordinates", "Parallel coordinates",
                   "A line a point, through the values of its keys and its metrics. Red, orange and blue: the lower, "
                   "the middle and the upper third "
                   "of the scale of the first metric. Point at a line to read it.",
                   element("figure", {{"class", "parallel"}, {"id", "parallel"}},
                           element("figcaption", {}, title) +
                               svg({.width = 960, .height = top + height + 16}, title, lines + axes_of(coordinates))) +
                       note);
}

}  // namespace mlaasim::study
