#include "app/wrapped_text.hpp"

#include <fmt/format.h>

#include <sstream>

namespace mlaasim::app {
namespace {

constexpr std::size_t columns = 80;

bool sticks(std::string_view word, std::string_view next) {
    return next.starts_with("%") || word == "without" || next == "s" || next == "s," ||
           (next.size() <= 3 && next.find_first_of("BJ") != std::string_view::npos);
}

/// The words of the text; those that stay on one line are joined.
std::vector<std::string> units(std::string_view text) {
    std::vector<std::string> units;
    std::istringstream words{std::string{text}};
    std::string last;
    for (std::string word; words >> word; last = word) {
        if (!units.empty() && sticks(last, word)) {
            units.back() += " " + word;
        } else {
            units.push_back(word);
        }
    }
    return units;
}

}  // namespace

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    for (const std::string& unit : units(text)) {
        if (lines.empty() || lines.back().size() + 1 + unit.size() > width) {
            lines.push_back(unit);
        } else {
            lines.back() += " " + unit;
        }
    }
    return lines;
}

std::string on_one_line(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const bool indents = c == ' ' && line.ends_with(' ');
        if (!indents) {
            line += c == '\n' ? ' ' : c;
        }
    }
    return line;
}

std::string wrapped(const std::string& paragraph) {
    std::string text;
    for (const std::string& line : wrapped(paragraph, columns)) {
        text += line + "\n";
    }
    return text;
}

std::string list_entry(const std::string& word, std::size_t column, std::string_view meaning) {
    std::string text;
    std::string margin = fmt::format("  {:<{}}", word, column - 2);
    for (const std::string& line : wrapped(meaning, columns - column)) {
        text += margin + line + "\n";
        margin.assign(column, ' ');
    }
    return text;
}

}  // namespace mlaasim::app
