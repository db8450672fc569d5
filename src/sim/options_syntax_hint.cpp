#include <algorithm>
#include <array>

#include "sim/options_tree.hpp"

namespace mlaasim::sim {

std::string syntax_hint(std::string_view message, std::string_view line) {
    struct Hint {
        std::string_view part;
        std::string_view hint;
    };
    constexpr std::array<Hint, 7> hints{{
        {"illegal map value", "quote a text that holds \": \", and check the indentation"},
        {"flow not found", "close the bracket or brace that opens here"},
        {"in scalar", "close the quotes that open here or below"},
        {"end of map not found", "check the indentation near this line"},
        {"end of sequence not found", "check the indentation near this line"},
        {"anchor is not defined", "define it above with &name, or quote a text that starts with *"},
        {"unknown token", "quote a text that starts with a special character"},
    }};
    if (line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos) {
        return "indent with spaces, not tabs";
    }
    const auto found =
        std::ranges::find_if(hints, [&](const Hint& h) { return message.find(h.part) != std::string_view::npos; });
    return found == hints.end() ? std::string{} : std::string{found->hint};
}

}  // namespace mlaasim::sim
