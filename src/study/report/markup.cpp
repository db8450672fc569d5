#include "study/report/markup.hpp"

#include <algorithm>

#include "sim/core/printable.hpp"

namespace mlaasim::study {
namespace {

void append_escaped(std::string& html, std::string_view words) {
    for (const char c : words) {
        switch (c) {
            case '&': html += "&amp;"; break;
            case '<': html += "&lt;"; break;
            case '>': html += "&gt;"; break;
            case '"': html += "&quot;"; break;
            case '\'': html += "&#39;"; break;
            default: html += c;
        }
    }
}

/// Line breaks stay; whatever else is not printable is written as escapes.
std::string safe(std::string_view words) {
    std::string shown;
    for (std::size_t from = 0; from <= words.size();) {
        const std::size_t end = std::min(words.find('\n', from), words.size());
        shown += sim::escaped(words.substr(from, end - from));
        shown += end < words.size() ? "\n" : "";
        from = end + 1;
    }
    return shown;
}

}  // namespace

Markup text(std::string_view words) {
    std::string html;
    append_escaped(html, safe(words));
    return Markup{std::move(html)};
}

Markup trusted(std::string html) { return Markup{std::move(html)}; }

Markup open_tag(std::string_view tag, const Attributes& attributes) {
    std::string html = "<";
    html += tag;
    for (const auto& [name, value] : attributes) {
        html += ' ';
        html += name;
        html += "=\"";
        append_escaped(html, safe(value));
        html += '"';
    }
    return trusted(html + ">");
}

Markup element(std::string_view tag, const Attributes& attributes, const Markup& content) {
    Markup whole = open_tag(tag, attributes);
    whole += content;
    whole += trusted("</" + std::string{tag} + ">");
    return whole;
}

Markup element(std::string_view tag, const Attributes& attributes, std::string_view words) {
    return element(tag, attributes, text(words));
}

}  // namespace mlaasim::study
