#include "sim/options/option_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

template <class T>
std::optional<T> parse_whole(std::string_view text) {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) {
            return std::nullopt;
        }
    }
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
    const std::optional<double> value = parse_whole<double>(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    if (const auto value = parse_whole<std::int64_t>(text)) {
        return value;
    }
    constexpr double exact_limit = 9007199254740992.0;  // 2^53
    const std::optional<double> value = parse_number(text);
    if (!value || std::trunc(*value) != *value || std::abs(*value) > exact_limit) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*value);
}

std::optional<bool> parse_bool(std::string_view text) {
    std::string word(text);
    std::ranges::transform(word, word.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::array<std::string_view, 4> yes{"true", "yes", "on", "y"};
    constexpr std::array<std::string_view, 4> no{"false", "no", "off", "n"};
    if (std::ranges::find(yes, word) != yes.end()) {
        return true;
    }
    if (std::ranges::find(no, word) != no.end()) {
        return false;
    }
    return std::nullopt;
}

std::string number_text(double value) {
    expects(std::isfinite(value), "an option's number is finite");
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    expects(error == std::errc{}, "the shortest form of a double fits 32 characters");
    return {buffer.data(), end};
}

std::string description(const OptionInfo& info) {
    std::string text{info.doc};
    if (!info.unit.empty()) {
        text += fmt::format(" ({})", info.unit);
    }
    if (!info.only_with.key.empty()) {
        text += fmt::format("; only with {}: {}", info.only_with.key, info.only_with.word);
    }
    return text;
}

std::string expected_number(std::string_view article_and_type, const OptionInfo& info) {
    const bool unbounded = info.range.text() == Range{}.text();
    return fmt::format("{}{}{}", article_and_type, unbounded ? "" : " " + info.range.text(),
                       info.unit.empty() ? "" : fmt::format(", in {}", info.unit));
}

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

std::string one_of(const std::vector<std::string>& words) {
    return (words.size() == 1 ? "" : "one of ") + joined(words);
}

std::string alternatives(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
    }
    return text;
}

std::vector<std::string> names_of(const std::vector<Choice>& choices) {
    std::vector<std::string> names;
    names.reserve(choices.size());
    for (const Choice& choice : choices) {
        names.emplace_back(choice.name);
    }
    return names;
}

}  // namespace mlaasim::sim
