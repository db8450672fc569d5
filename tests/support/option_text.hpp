// Options as a test writes them in one line: "kind: dirichlet, alpha: 0.5, hidden: [3, 4]". Without YAML, so that tests
// of rooms that link no vendor can make what a scenario makes.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/options/option_value.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::testing {

/// Sets the options that the line gives, and keeps the others. What is wrong throws std::invalid_argument: a key that
/// is not declared (by finish()) or given twice, a word that is not among the choices, a value of another type or out
/// of its range, a required option that is missing. Sections and lists of sections can't be given.
class OptionText final : public sim::OptionVisitor {
public:
    explicit OptionText(std::string_view line) {
        std::string_view rest = line;
        while (!rest.empty()) {
            const std::size_t colon = rest.find(':');
            if (colon == std::string_view::npos) {
                fail("\"" + std::string{rest} + "\" is not \"key: value\"");
            }
            const std::string key{trimmed(rest.substr(0, colon))};
            rest.remove_prefix(colon + 1);
            const std::size_t list = trimmed(rest).starts_with('[') ? std::min(rest.find(']'), rest.size()) : 0;
            const std::size_t end = std::min(rest.find(',', list), rest.size());
            if (!given_.emplace(key, trimmed(rest.substr(0, end))).second) {
                fail(key + " is given twice");
            }
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }

    /// To be called when everything has been declared.
    void finish() const {
        if (!given_.empty()) {
            fail(given_.begin()->first + " is not among the options");
        }
    }

    void option(std::string_view key, double& value, const sim::OptionInfo& info) override {
        set(key, value, info, [&](std::string_view text) { return in_range(sim::parse_number(text), info); });
    }
    void option(std::string_view key, std::int64_t& value, const sim::OptionInfo& info) override {
        set(key, value, info, [&](std::string_view text) { return in_range(sim::parse_integer(text), info); });
    }
    void option(std::string_view key, bool& value, const sim::OptionInfo& info) override {
        set(key, value, info, sim::parse_bool);
    }
    void option(std::string_view key, std::string& value, const sim::OptionInfo& info) override {
        set(key, value, info, [](std::string_view text) { return std::optional{std::string{text}}; });
    }
    void option(std::string_view key, std::vector<std::int64_t>& value, const sim::OptionInfo& info) override {
        set(key, value, info,
            [&](std::string_view text) { return elements<std::int64_t>(text, sim::parse_integer, info); });
    }
    void option(std::string_view key, std::vector<double>& value, const sim::OptionInfo& info) override {
        set(key, value, info, [&](std::string_view text) { return elements<double>(text, sim::parse_number, info); });
    }
    void choice(std::string_view key, int& value, const std::vector<sim::Choice>& choices,
                const sim::OptionInfo& info) override {
        set(key, value, info, [&](std::string_view text) -> std::optional<int> {
            const auto word = std::ranges::find(choices, text, &sim::Choice::name);
            return word == choices.end() ? std::nullopt : std::optional{word->value};
        });
    }
    void kind_beside(std::string_view key, sim::KindChoice& kinds, const sim::OptionInfo& info) override {
        std::size_t kind = kinds.chosen();
        set(key, kind, info, [&](std::string_view text) -> std::optional<std::size_t> {
            for (std::size_t i = 0; i < kinds.size(); ++i) {
                if (kinds.word(i) == text) {
                    return i;
                }
            }
            return std::nullopt;
        });
        if (kind != kinds.chosen()) {
            kinds.choose(kind);
        }
        kinds.declare_options(*this);
    }
    void section(std::string_view key, const sim::OptionInfo& /*info*/,
                 const std::function<void()>& /*declare_members*/) override {
        refuse(key);
    }
    void list(std::string_view key, const sim::OptionInfo& /*info*/, std::size_t /*size*/,
              const std::function<void(std::size_t)>& /*resize*/,
              const std::function<void(std::size_t)>& /*declare_element*/) override {
        refuse(key);
    }

private:
    [[noreturn]] static void fail(const std::string& what) { throw std::invalid_argument("options: " + what); }

    static std::string_view trimmed(std::string_view text) {
        const std::size_t first = std::min(text.find_first_not_of(' '), text.size());
        return text.substr(first, text.find_last_not_of(' ') + 1 - first);
    }

    template <class T>
    static std::optional<T> in_range(std::optional<T> value, const sim::OptionInfo& info) {
        return value && info.range.contains(static_cast<double>(*value)) ? value : std::nullopt;
    }

    /// The elements of "[3, 4]"; nothing when one of them is wrong.
    template <class T, class Parse>
    static std::optional<std::vector<T>> elements(std::string_view text, Parse parse, const sim::OptionInfo& info) {
        if (!text.starts_with('[') || !text.ends_with(']')) {
            return std::nullopt;
        }
        text = trimmed(text.substr(1, text.size() - 2));
        std::vector<T> values;
        while (!text.empty()) {
            const std::size_t end = std::min(text.find(','), text.size());
            const std::optional<T> value = in_range<T>(parse(trimmed(text.substr(0, end))), info);
            if (!value) {
                return std::nullopt;
            }
            values.push_back(*value);
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        return values;
    }

    /// Takes what is given for the key, if anything is.
    template <class T, class Parse>
    void set(std::string_view key, T& value, const sim::OptionInfo& info, Parse parse) {
        const auto found = given_.find(key);
        if (found == given_.end()) {
            if (info.required) {
                fail(std::string{key} + " is missing");
            }
            return;
        }
        const std::optional<T> parsed = parse(std::string_view{found->second});
        if (!parsed) {
            fail(std::string{key} + " can't be " + found->second);
        }
        value = *parsed;
        given_.erase(found);
    }

    void refuse(std::string_view key) const {
        if (given_.contains(key)) {
            fail(std::string{key} + " is a section");
        }
    }

    std::map<std::string, std::string, std::less<>> given_;  ///< and not taken yet
};

/// The options of a struct that has `declare` beside it: options<RuleOptions>("dum_threshold: 0.2")
template <class T>
[[nodiscard]] T options(std::string_view line) {
    T made;
    OptionText text{line};
    declare(static_cast<sim::OptionVisitor&>(text), made);
    text.finish();
    return made;
}

}  // namespace mlaasim::testing
