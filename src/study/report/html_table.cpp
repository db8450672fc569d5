#include "study/report/html_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace mlaasim::study {
namespace {

/// Whether the words begin like a number: "3", "-0.5", "85.8 %", "1.2 MB", or are the dash of a number that is not
/// there.
bool is_number(std::string_view words) {
    if (words == "-") {
        return true;
    }
    if (words.starts_with('-') || words.starts_with('+')) {
        words.remove_prefix(1);
    }
    return !words.empty() && words.front() >= '0' && words.front() <= '9' && words.find(',') == std::string_view::npos;
}

}  // namespace

Markup cell(std::string_view words) {
    return element("td", is_number(words) ? Attributes{{"class", "number"}} : Attributes{}, words);
}

Markup rounded_cell(std::string_view words, double value) {
    return element("td", {{"class", "number"}, {"title", fmt::format("{}", value)}}, words);
}

void HtmlTable::add(const std::vector<std::string>& cells) {
    std::vector<Markup> row;
    std::transform(cells.begin(), cells.end(), std::back_inserter(row),
                   [](const std::string& words) { return cell(words); });
    add(std::move(row));
}

Markup HtmlTable::markup() const {
    if (rows_.empty()) {
        return {};
    }
    Markup head;
    for (const std::string& words : head_) {
        head += element("th", {{"scope", "col"}}, words);
    }
    Markup body;
    for (const std::vector<Markup>& row : rows_) {
        Markup cells;
        for (const Markup& each : row) {
            cells += each;
        }
        body += element("tr", {}, cells);
    }
    return element("div", {{"class", "table"}},
                   element("table", {}, element("thead", {}, element("tr", {}, head)) + element("tbody", {}, body)));
}

Markup foldable(std::string_view summary, const Markup& content) {
    return element("details", {}, element("summary", {}, summary) + content);
}

}  // namespace mlaasim::study
