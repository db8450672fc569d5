// HTML and SVG by construction: what comes from a scenario or a trace goes in as text, which is escaped.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlaasim::study {

/// A piece of a document. Text becomes markup by `text` and by attributes alone, and both escape it.
class Markup {
public:
    Markup() = default;
    [[nodiscard]] const std::string& html() const { return html_; }
    [[nodiscard]] bool empty() const { return html_.empty(); }
    Markup& operator+=(const Markup& further) {
        html_ += further.html_;
        return *this;
    }
    friend Markup operator+(Markup first, const Markup& second) { return std::move(first += second); }

private:
    explicit Markup(std::string html) : html_{std::move(html)} {}
    friend Markup text(std::string_view words);
    friend Markup trusted(std::string html);
    std::string html_;
};

using Attributes = std::vector<std::pair<std::string_view, std::string>>;

/// Words, escaped. Characters that are not printable are shown as escapes such as \x1b.
[[nodiscard]] Markup text(std::string_view words);
/// Markup that the program itself wrote: style sheets, scripts, and what is assembled from them.
[[nodiscard]] Markup trusted(std::string html);
/// <tag ...>content</tag>
[[nodiscard]] Markup element(std::string_view tag, const Attributes& attributes, const Markup& content = {});
[[nodiscard]] Markup element(std::string_view tag, const Attributes& attributes, std::string_view words);
/// A tag without content or end: <meta ...>
[[nodiscard]] Markup open_tag(std::string_view tag, const Attributes& attributes);

}  // namespace mlaasim::study
