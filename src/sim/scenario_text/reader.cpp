#include "sim/scenario_text/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <type_traits>

#include "sim/core/printable.hpp"
#include "sim/options/option_value.hpp"
#include "sim/scenario_text/given_kind.hpp"
#include "sim/scenario_text/problem_list.hpp"

namespace mlaasim::sim {
namespace {

using Kind = OptionsNode::Kind;

template <class T>
constexpr std::string_view singular = std::is_same_v<T, double> ? "a number" : "an integer";
template <class T>
constexpr std::string_view plural = std::is_same_v<T, double> ? "a list of numbers" : "a list of integers";

template <class T>
std::optional<T> parse(std::string_view text) {
    if constexpr (std::is_same_v<T, double>) {
        return parse_number(text);
    } else {
        return parse_integer(text);
    }
}

class Reader final : public OptionVisitor {
public:
    Reader(const OptionsNode& root, const std::vector<std::string>& sources) : problems_{sources} {
        frames_.push_back({.node = &root, .place = root.place});
    }

    void finish() {
        report_unknown_keys();
        problems_.throw_if_any();
    }

    void option(std::string_view key, double& value, const OptionInfo& info) override { number(key, value, info); }
    void option(std::string_view key, std::int64_t& value, const OptionInfo& info) override {
        number(key, value, info);
    }
    void option(std::string_view key, std::vector<double>& value, const OptionInfo& info) override {
        numbers(key, value, info);
    }
    void option(std::string_view key, std::vector<std::int64_t>& value, const OptionInfo& info) override {
        numbers(key, value, info);
    }

    void option(std::string_view key, bool& value, const OptionInfo& info) override {
        constexpr std::string_view expected = "true or false";
        const OptionsNode* node = take(key, expected, info);
        if (node == nullptr) {
            return;
        }
        const auto word = node->kind == Kind::scalar && !node->quoted ? parse_bool(node->text) : std::nullopt;
        if (word) {
            value = *word;
        } else {
            wrong_value(*node, path_of(key), std::string{expected});
        }
    }

    void option(std::string_view key, std::string& value, const OptionInfo& info) override {
        constexpr std::string_view expected = "a text";
        const OptionsNode* node = take(key, expected, info);
        if (node == nullptr) {
            return;
        }
        if (node->kind == Kind::scalar) {
            value = node->text;
        } else {
            wrong_value(*node, path_of(key), std::string{expected},
                        node->kind == Kind::null ? "write \"\" for an empty text" : "");
        }
    }

    void choice(std::string_view key, int& value, const std::vector<Choice>& choices, const OptionInfo& info) override {
        const std::vector<std::string> names = names_of(choices);
        const std::string expected = one_of(names);
        const OptionsNode* node = take(key, expected, info);
        if (node == nullptr) {
            return;
        }
        const auto chosen = std::ranges::find(choices, std::string_view{node->text}, &Choice::name);
        if (node->kind == Kind::scalar && chosen != choices.end()) {
            value = chosen->value;
        } else {
            wrong_value(*node, path_of(key), expected,
                        node->kind == Kind::scalar ? did_you_mean(node->text, names) : "");
        }
    }

    void kind_beside(std::string_view key, KindChoice& kinds, const OptionInfo& info) override {
        const std::vector<std::string> words = words_of(kinds);
        const std::string expected = one_of(words);
        const OptionsNode* node = take(key, expected, info);
        frames_.back().kinds.emplace_back(key, kinds, node);
        if (node != nullptr) {
            const auto word = std::ranges::find(words, node->text);
            if (node->kind != Kind::scalar || word == words.end()) {
                wrong_value(*node, path_of(key), expected,
                            node->kind == Kind::scalar ? did_you_mean(node->text, words) : "");
                frames_.back().kind_is_wrong = true;
                return;
            }
            const auto chosen = static_cast<std::size_t>(word - words.begin());
            if (chosen != kinds.chosen()) {
                kinds.choose(chosen);
            }
        }
        kinds.declare_options(*this);
    }

    void section(std::string_view key, const OptionInfo& info, const std::function<void()>& declare_members) override {
        constexpr std::string_view expected = "a section of \"key: value\" lines";
        const OptionsNode* node = take(key, expected, info);
        if (node == nullptr && info.required) {
            return;
        }
        if (node != nullptr && node->kind != Kind::mapping && node->kind != Kind::null) {
            wrong_value(*node, path_of(key), std::string{expected});
            return;
        }
        descend(key, node, node == nullptr ? frames_.back().place : node->place, path_of(key), declare_members);
    }

    void list(std::string_view key, const OptionInfo& info, std::size_t, const std::function<void(std::size_t)>& resize,
              const std::function<void(std::size_t)>& declare_element) override {
        constexpr std::string_view expected = "a list of sections, each starting with \"- \"";
        const OptionsNode* node = take(key, expected, info);
        if (node == nullptr || (node->kind == Kind::null && !info.required)) {
            return;
        }
        const std::string path = path_of(key);
        if (node->kind != Kind::sequence) {
            wrong_value(*node, path, std::string{expected},
                        node->kind == Kind::mapping ? "put \"- \" before the first key of each element" : "");
            return;
        }
        resize(node->children.size());
        for (std::size_t i = 0; i < node->children.size(); ++i) {
            const OptionsNode& element = node->children[i];
            const std::string element_path = fmt::format("{}.{}", path, i);
            if (element.kind == Kind::mapping || element.kind == Kind::null) {
                descend(key, &element, element.place, element_path, [&] { declare_element(i); });
            } else {
                wrong_value(element, element_path, "a section of \"key: value\" lines");
            }
        }
    }

    void removed(std::string_view key, std::string_view instead) override {
        frames_.back().removed.emplace(key, instead);
    }

private:
    /// The mapping whose members are being declared; without a node, the document leaves all of it out.
    struct Frame {
        const OptionsNode* node = nullptr;
        OptionsPlace place{};
        std::string path{};
        std::vector<std::string> known{};
        std::map<std::string, std::string, std::less<>> removed{};  ///< what to do instead, by key
        std::size_t not_before = 0;                                 ///< what earlier sources gave inside was withdrawn
        std::vector<GivenKind> kinds{};
        bool kind_is_wrong = false;  ///< so it isn't known which keys belong here
    };

    [[nodiscard]] std::string path_of(std::string_view key) const {
        const std::string& parent = frames_.back().path;
        return parent.empty() ? std::string{key} : fmt::format("{}.{}", parent, key);
    }

    /// A value of the present mapping that only sources before this one give is withdrawn.
    [[nodiscard]] std::size_t withdrawn_before(std::string_view key) const {
        std::size_t before = frames_.back().not_before;
        for (const GivenKind& given : frames_.back().kinds) {
            before = std::max(before, given.withdrawn_before(key));
        }
        return before;
    }

    /// The value given for a key of the present mapping, or nullptr; notes the key as known.
    const OptionsNode* take(std::string_view key, std::string_view expected, const OptionInfo& info) {
        Frame& frame = frames_.back();
        expects(std::ranges::find(frame.known, key) == frame.known.end(), "a key is declared once in its section");
        frame.known.emplace_back(key);
        const OptionsNode* node =
            frame.node != nullptr && frame.node->kind == Kind::mapping ? frame.node->child(key) : nullptr;
        if (node != nullptr && node->latest_source() < withdrawn_before(key)) {
            node = nullptr;
        }
        if (node == nullptr && info.required) {
            problems_.add(frame.place, path_of(key) + " is missing", std::string{expected},
                          fmt::format("add \"{}: ...\"{}{}", key, info.doc.empty() ? "" : ": ", info.doc));
        }
        if (node != nullptr && !info.only_with.holds) {
            report_unused(*node, key, info.only_with);
            return nullptr;
        }
        return node;
    }

    /// An option that nothing would use. When an override changes the choice, what the text has for the other word is
    /// left alone.
    void report_unused(const OptionsNode& node, std::string_view key, const OnlyWith& wanted) {
        const OptionsNode* choice = frames_.back().node->child(wanted.key);
        if (choice != nullptr && choice->place.source > node.place.source) {
            return;
        }
        const std::string now = choice != nullptr ? choice->text : "something else by default";
        problems_.add(
            node.place,
            fmt::format("{} is given, but {} is {}, and nothing uses {} then", path_of(key), wanted.key, now, key),
            fmt::format("{}: {} beside {}", wanted.key, wanted.word, key),
            fmt::format("set {} to {}, or remove {}", path_of(wanted.key), wanted.word, key));
    }

    void wrong_value(const OptionsNode& node, const std::string& path, std::string expected, std::string hint = {}) {
        if (node.kind == Kind::null && hint.empty()) {
            hint = "give a value, or remove it";
        }
        problems_.add(node.place, fmt::format("{} is {}", path, described(node)), std::move(expected), std::move(hint));
    }

    template <class T>
    std::optional<T> number_of(const OptionsNode& node, const std::string& path, const OptionInfo& info) {
        const std::optional<T> value = node.kind == Kind::scalar && !node.quoted ? parse<T>(node.text) : std::nullopt;
        if (value && info.range.contains(static_cast<double>(*value))) {
            return value;
        }
        const bool only_quotes = node.kind == Kind::scalar && node.quoted && parse<T>(node.text);
        wrong_value(node, path, expected_number(singular<T>, info), only_quotes ? "remove the quotes" : "");
        return std::nullopt;
    }

    template <class T>
    void number(std::string_view key, T& value, const OptionInfo& info) {
        const OptionsNode* node = take(key, expected_number(singular<T>, info), info);
        if (node == nullptr) {
            return;
        }
        if (const auto given = number_of<T>(*node, path_of(key), info)) {
            value = *given;
        }
    }

    template <class T>
    void numbers(std::string_view key, std::vector<T>& values, const OptionInfo& info) {
        const std::string expected = expected_number(plural<T>, info);
        const OptionsNode* node = take(key, expected, info);
        if (node == nullptr) {
            return;
        }
        const std::string path = path_of(key);
        if (node->kind != Kind::sequence) {
            wrong_value(*node, path, expected,
                        node->kind == Kind::scalar ? fmt::format("write [{}]", shown(node->text))
                                                   : "write [] for an empty list");
            return;
        }
        std::vector<T> given;
        for (std::size_t i = 0; i < node->children.size(); ++i) {
            if (const auto value = number_of<T>(node->children[i], fmt::format("{}.{}", path, i), info)) {
                given.push_back(*value);
            }
        }
        values = std::move(given);
    }

    void descend(std::string_view key, const OptionsNode* node, OptionsPlace place, std::string path,
                 const std::function<void()>& declare_members) {
        const std::size_t not_before = withdrawn_before(key);
        frames_.push_back({.node = node, .place = place, .path = std::move(path), .not_before = not_before});
        declare_members();
        report_unknown_keys();
        frames_.pop_back();
    }

    static std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
        const std::string near = nearest(word.substr(0, 100), known);
        return near.empty() ? "" : fmt::format("did you mean \"{}\"?", near);
    }

    void report_unknown_keys() {
        const Frame& frame = frames_.back();
        if (frame.node == nullptr || frame.kind_is_wrong) {
            return;
        }
        if (frame.node->kind != Kind::mapping && frame.node->kind != Kind::null) {
            problems_.add(frame.place, fmt::format("the document is {}", described(*frame.node)),
                          "a mapping of \"key: value\" lines",
                          frame.node->kind == Kind::scalar ? "put a space after the \":\"" : "");
            return;
        }
        const std::vector<std::string>& keys = frame.node->keys;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const OptionsNode& node = frame.node->children[i];
            if (std::ranges::find(frame.known, keys[i]) != frame.known.end() ||
                node.latest_source() < withdrawn_before(keys[i]) || report_option_of_another_kind(node, keys[i])) {
                continue;
            }
            if (const auto removed = frame.removed.find(keys[i]); removed != frame.removed.end()) {
                problems_.add(node.place, path_of(keys[i]) + " is no option any more", one_of(frame.known),
                              removed->second);
                continue;
            }
            const std::string hint = did_you_mean(keys[i], frame.known);
            problems_.add(node.place, shown(path_of(keys[i])) + " is not a known key", one_of(frame.known), hint);
        }
    }

    /// Whether another kind than the chosen one has the option; then that is reported.
    bool report_option_of_another_kind(const OptionsNode& node, const std::string& key) {
        for (const GivenKind& given : frames_.back().kinds) {
            const std::string kinds = given.kinds_with(key);
            if (!kinds.empty()) {
                problems_.add(node.place,
                              fmt::format("{} belongs to {}: {}, and the {} here is {}", path_of(key), given.key(),
                                          kinds, given.key(), given.word()),
                              one_of(frames_.back().known),
                              fmt::format("set {} to {}, or remove {}", path_of(given.key()), kinds, key));
                return true;
            }
        }
        return false;
    }

    ProblemList problems_;
    std::vector<Frame> frames_;
};

}  // namespace

void read_options(const OptionsNode& root, const std::vector<std::string>& sources, const DeclareOptions& declare) {
    Reader reader{root, sources};
    declare(reader);
    reader.finish();
}

}  // namespace mlaasim::sim
