// Tables of a page.
#pragma once

#include <string>
#include <vector>

#include "study/report/markup.hpp"

namespace mlaasim::study {

/// A table with a head. Cells that hold numbers or dashes alone stand to the right; the page's script sorts by a click
/// on the head.
class HtmlTable {
public:
    explicit HtmlTable(std::vector<std::string> head) : head_{std::move(head)} {}
    void add(const std::vector<std::string>& cells);
    void add(std::vector<Markup> cells) { rows_.push_back(std::move(cells)); }
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    /// Empty when there are no rows.
    [[nodiscard]] Markup markup() const;

private:
    std::vector<std::string> head_;
    std::vector<std::vector<Markup>> rows_;  ///< of whole <td> elements
};

/// One cell with words.
[[nodiscard]] Markup cell(std::string_view words);

/// A rounded number, whose title is the whole one: the page's script shows it, and sorts by it.
[[nodiscard]] Markup rounded_cell(std::string_view words, double value);

/// A table, or anything long, that opens by a click.
[[nodiscard]] Markup foldable(std::string_view summary, const Markup& content);

}  // namespace mlaasim::study
