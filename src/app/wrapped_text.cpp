#include "app/wrapped_text.hpp"

#include <sstream>
#include <string_view>

namespace mlaasim::app {
namespace {

constexpr std::size_t columns = 80;

bool sticks(std::string_view word, std::string_view next) {
    return next.starts_with("%") || word == "without" ||
           (next.size() <= 3 && next.find_first_of("BJ") != std::string_view::npos);
}

}  // namespace

std::string wrapped(const std::string& paragraph) {
    std::istringstream words{paragraph};
    std::string text;
    std::string line;
    std::string unit;  // words that stay on one line
    std::string last;
    const auto flush = [&] {
        if (!line.empty() && line.size() + 1 + unit.size() > columns) {
            text += line + "\n";
            line.clear();
        }
        line += (line.empty() ? "" : " ") + unit;
    };
    for (std::string word; words >> word; last = word) {
        if (unit.empty() || sticks(last, word)) {
            unit += (unit.empty() ? "" : " ") + word;
            continue;
        }
        flush();
        unit = word;
    }
    flush();
    return text + line + "\n";
}

}  // namespace mlaasim::app
