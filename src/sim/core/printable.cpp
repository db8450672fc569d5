#include "sim/core/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mlaasim::sim {
namespace {

unsigned byte_at(std::string_view text, std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
}

bool is_hidden(const Character& character) {
    const auto within = [&](std::uint32_t low, std::uint32_t high) {
        return character.code >= low && character.code <= high;
    };
    return is_control(character) || character.code == 0x061C || within(0x200E, 0x200F) || within(0x2028, 0x202E) ||
           within(0x2066, 0x2069);
}

/// The printable form of what a text starts with, and its length in the text.
std::pair<std::string, std::size_t> first_printable(std::string_view text) {
    const Character character = first_character(text);
    if (character.length == 0) {
        return {fmt::format("\\x{:02x}", byte_at(text, 0)), 1};
    }
    if (!is_hidden(character)) {
        return {std::string{text.substr(0, character.length)}, character.length};
    }
    if (character.code == '\n') {
        return {"\\n", 1};
    }
    return {character.code < 0x80 ? fmt::format("\\x{:02x}", character.code) : fmt::format("\\u{:04x}", character.code),
            character.length};
}

}  // namespace

bool is_control(const Character& character) {
    return character.length > 0 && (character.code < 0x20 || (character.code >= 0x7F && character.code <= 0x9F));
}

// Unicode 15, table 3-7.
Character first_character(std::string_view text) {
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
    const unsigned first = byte_at(text, 0);
    const auto* form =
        std::ranges::find_if(forms, [first](const Form& f) { return first >= f.first_low && first <= f.first_high; });
    if (text.empty() || form == forms.end()) {
        return {};
    }
    constexpr std::array<unsigned, 5> first_bits{0, 0x7F, 0x1F, 0x0F, 0x07};
    Character character{.code = first & first_bits.at(form->length), .length = form->length};
    for (std::size_t k = 1; k < form->length; ++k) {
        const unsigned byte = byte_at(text, k);
        const unsigned low = k == 1 ? form->second_low : 0x80;
        const unsigned high = k == 1 ? form->second_high : 0xBF;
        if (byte < low || byte > high) {
            return {};
        }
        character.code = character.code << 6U | (byte & 0x3FU);
    }
    return character;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = first_character(text).length;
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

bool is_printable(std::string_view text) { return escaped(text) == text; }

std::string escaped(std::string_view text) {
    std::string line;
    while (!text.empty()) {
        const auto [printable, length] = first_printable(text);
        line += printable;
        text.remove_prefix(length);
    }
    return line;
}

std::string shown(std::string_view text) {
    constexpr std::size_t limit = 60;
    std::string line;
    for (std::size_t i = 0; i < text.size();) {
        if (i >= limit) {
            return line + "...";
        }
        const auto [printable, length] = first_printable(text.substr(i));
        line += printable;
        i += length;
    }
    return line;
}

}  // namespace mlaasim::sim
