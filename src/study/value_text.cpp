#include "study/value_text.hpp"

#include <algorithm>
#include <cctype>

#include "sim/options/option_value.hpp"

namespace mlaasim::study {
namespace {

using Kind = sim::OptionsNode::Kind;

/// The last `count` parts of a path, without a `kind` at its end.
std::string ending(std::string_view key, std::size_t count) {
    std::vector<std::string_view> parts = sim::path_parts(key);
    if (parts.size() > 1 && parts.back() == "kind") {
        parts.pop_back();
    }
    std::string text;
    for (std::size_t i = parts.size() - std::min(count, parts.size()); i < parts.size(); ++i) {
        text += (text.empty() ? "" : ".") + std::string{parts[i]};
    }
    return text;
}

}  // namespace

std::string canonical(std::string_view text) {
    if (const auto integer = sim::parse_integer(text)) {
        return std::to_string(*integer);
    }
    const auto number = sim::parse_number(text);
    return number ? sim::number_text(*number) : std::string{text};
}

std::string text_of(const sim::OptionsNode& value) {
    switch (value.kind) {
        case Kind::null: return "null";
        case Kind::scalar: return value.quoted ? value.text : canonical(value.text);
        case Kind::sequence:
        case Kind::mapping: break;
    }
    const bool is_mapping = value.kind == Kind::mapping;
    std::string text = is_mapping ? "{" : "[";
    for (std::size_t i = 0; i < value.children.size(); ++i) {
        text += (i == 0 ? "" : ", ") + (is_mapping ? value.keys[i] + ": " : "") + text_of(value.children[i]);
    }
    return text + (is_mapping ? "}" : "]");
}

std::string name_part(std::string_view text) {
    std::string part;
    for (const unsigned char c : text) {
        const bool is_plain = c < 0x80 && (std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_');
        if (is_plain) {
            part += static_cast<char>(c);
        } else if (!part.empty() && part.back() != '+') {
            part += '+';
        }
    }
    return part.substr(0, part.find_last_not_of('+') + 1);
}

std::string label_of(const std::string& key, const std::vector<std::string>& keys) {
    const std::size_t most = sim::path_parts(key).size();
    for (std::size_t count = 1; count < most; ++count) {
        const std::string label = ending(key, count);
        const auto same = std::ranges::count_if(keys, [&](const auto& other) { return ending(other, count) == label; });
        if (same <= 1) {
            return label;
        }
    }
    return key;
}

std::string key_meant(std::string_view word, const std::vector<std::string>& keys) {
    const auto found =
        std::ranges::find_if(keys, [&](const auto& key) { return key == word || label_of(key, keys) == word; });
    return found == keys.end() ? std::string{} : *found;
}

}  // namespace mlaasim::study
