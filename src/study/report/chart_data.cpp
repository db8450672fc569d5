#include "study/report/chart_data.hpp"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

namespace mlaasim::study {
namespace {

using Json = nlohmann::ordered_json;

/// Five digits are more than a screen shows.
Json rounded(const std::vector<double>& values) {
    Json array = Json::array();
    for (const double value : values) {
        if (!std::isfinite(value)) {
            array.push_back(nullptr);
            continue;
        }
        const double scale = value == 0.0 ? 1.0 : std::pow(10.0, 4.0 - std::floor(std::log10(std::fabs(value))));
        array.push_back(std::round(value * scale) / scale);
    }
    return array;
}

std::string dumped(const Json& json) {
    // What is no UTF-8 becomes the replacement character; everything beyond ASCII is escaped.
    return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace

std::string chart_data(const LineChart& chart) {
    Json json{{"unit", word_of(chart.unit)},
              {"xLabel", chart.x_label},
              {"fromZero", chart.from_zero},
              {"small", chart.small},
              {"range", rounded({chart.range.low, chart.range.high})},
              {"x", rounded(chart.x)}};
    json["lines"] = Json::array();
    for (const Line& line : chart.lines) {
        Json entry{{"label", line.label}, {"colour", line.colour}, {"values", rounded(line.values)}};
        if (!line.low.empty()) {
            entry["low"] = rounded(line.low);
            entry["high"] = rounded(line.high);
        }
        json["lines"].push_back(std::move(entry));
    }
    json["marks"] = Json::array();
    for (const ChartMark& mark : chart.marks) {
        json["marks"].push_back(
            {{"kind", word_of(mark.kind)}, {"from", mark.from}, {"to", mark.to}, {"label", mark.label}});
    }
    return dumped(json);
}

std::string cell_data(const CellTexts& cells) {
    std::map<std::string, std::size_t> number;
    Json texts = Json::array();
    Json rows = Json::array();
    for (const std::vector<std::string>& row : cells.cells) {
        Json numbers = Json::array();
        for (const std::string& cell : row) {
            const auto [entry, is_new] = number.emplace(cell, number.size());
            if (is_new) {
                texts.push_back(cell);
            }
            numbers.push_back(entry->second);
        }
        rows.push_back(std::move(numbers));
    }
    return dumped(
        {{"rows", cells.rows}, {"columns", cells.columns}, {"texts", std::move(texts)}, {"cells", std::move(rows)}});
}

Markup data_element(const std::string& json) {
    // A "<" in a text could end the element, or begin a comment.
    std::string safe;
    for (const char c : json) {
        safe += c == '<' ? "\\u003c" : std::string(1, c);
    }
    return trusted("<script type=\"application/json\">" + safe + "</script>");
}

}  // namespace mlaasim::study
