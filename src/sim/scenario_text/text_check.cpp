#include "sim/scenario_text/text_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"
#include "sim/scenario_text/options_document.hpp"

namespace mlaasim::sim {

void check_text(const OptionsSource& source) {
    const std::string_view text = source.text;
    int line = source.number == 0 ? 1 : 0;
    const auto fail = [&](std::string what, std::string expected, std::string hint) {
        throw InputError(Problem{source.file, line, std::move(what), std::move(expected), std::move(hint)});
    };
    if (text.size() > most_option_bytes) {
        fail(fmt::format("the text has {} bytes", text.size()), fmt::format("at most {} bytes", most_option_bytes),
             "is this a scenario?");
    }
    for (std::size_t i = 0; i < text.size();) {
        const Character character = first_character(text.substr(i));
        const std::uint32_t code = character.code;
        if (character.length == 0) {
            fail(fmt::format("the byte 0x{:02x} is not UTF-8", static_cast<unsigned char>(text[i])), "UTF-8 text",
                 "save the file as UTF-8");
        }
        if (is_control(character) && code != '\t' && code != '\n' && code != '\r') {
            fail(fmt::format("the text holds the control character 0x{:02x}", code), "printable text",
                 "remove it, or write it as an escape in double quotes");
        }
        if (code == '%' && (i == 0 || text[i - 1] == '\n' || text[i - 1] == '\r')) {
            fail("the line is a YAML directive", "a scenario without directives", "remove the line, or quote its text");
        }
        if (code == '\n' && source.number == 0) {
            ++line;
        }
        i += character.length;
    }
}

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
