#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "sim/options_tree.hpp"

namespace mlaasim::sim {
namespace {

constexpr std::size_t max_bytes = std::size_t{1} << 20U;

unsigned byte_at(std::string_view text, std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
}

/// Length of the well-formed UTF-8 character at i (Unicode 15, table 3-7), 0 when there is none.
std::size_t character_length(std::string_view text, std::size_t i) {
    struct Form {
        unsigned first_low, first_high, second_low, second_high;
        std::size_t length;
    };
    constexpr std::array<Form, 9> forms{{{0x00, 0x7F, 0, 0, 1},
                                         {0xC2, 0xDF, 0x80, 0xBF, 2},
                                         {0xE0, 0xE0, 0xA0, 0xBF, 3},
                                         {0xE1, 0xEC, 0x80, 0xBF, 3},
                                         {0xED, 0xED, 0x80, 0x9F, 3},
                                         {0xEE, 0xEF, 0x80, 0xBF, 3},
                                         {0xF0, 0xF0, 0x90, 0xBF, 4},
                                         {0xF1, 0xF3, 0x80, 0xBF, 4},
                                         {0xF4, 0xF4, 0x80, 0x8F, 4}}};
    const unsigned first = byte_at(text, i);
    const auto* form =
        std::ranges::find_if(forms, [first](const Form& f) { return first >= f.first_low && first <= f.first_high; });
    if (form == forms.end()) {
        return 0;
    }
    for (std::size_t k = 1; k < form->length; ++k) {
        const unsigned byte = byte_at(text, i + k);
        const unsigned low = k == 1 ? form->second_low : 0x80;
        const unsigned high = k == 1 ? form->second_high : 0xBF;
        if (byte < low || byte > high) {
            return 0;
        }
    }
    return form->length;
}

}  // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = character_length(text, 0);
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

void check_text(const OptionsSource& source) {
    const std::string_view text = source.text;
    int line = source.number == 0 ? 1 : 0;
    const auto fail = [&](std::string what, std::string expected, std::string hint) {
        throw InputError(Problem{source.file, line, std::move(what), std::move(expected), std::move(hint)});
    };
    if (text.size() > max_bytes) {
        fail(fmt::format("the text has {} bytes", text.size()), fmt::format("at most {} bytes", max_bytes),
             "is this a scenario?");
    }
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = character_length(text, i);
        const unsigned byte = byte_at(text, i);
        if (length == 0) {
            fail(fmt::format("the byte 0x{:02x} is not UTF-8", byte), "UTF-8 text", "save the file as UTF-8");
        }
        if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F) {
            fail(fmt::format("the text holds the control character 0x{:02x}", byte), "printable text",
                 "remove it, or write it as an escape in double quotes");
        }
        if (byte == '%' && (i == 0 || text[i - 1] == '\n' || text[i - 1] == '\r')) {
            fail("the line is a YAML directive", "a scenario without directives", "remove the line, or quote its text");
        }
        if (byte == '\n' && source.number == 0) {
            ++line;
        }
        i += length;
    }
}

}  // namespace mlaasim::sim
