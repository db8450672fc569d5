#include <fmt/format.h>

#include <cstddef>
#include <cstdint>

#include "sim/options_tree.hpp"
#include "sim/options_yaml.hpp"
#include "sim/printable.hpp"

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

}  // namespace mlaasim::sim
