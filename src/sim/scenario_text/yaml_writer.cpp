#include "sim/scenario_text/yaml_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "sim/core/printable.hpp"
#include "sim/options/option_value.hpp"

namespace mlaasim::sim {
namespace {

/// Whether YAML reads the text as that very text without quotes.
bool is_plain(std::string_view text) {
    const auto is_word = [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '/' || c == '.' || c == '-';
    };
    const bool starts_plainly = !text.empty() && (std::isalpha(static_cast<unsigned char>(text.front())) != 0 ||
                                                  text.front() == '/' || text.front() == '_');
    const bool is_null = text == "null" || text == "Null" || text == "NULL";
    return starts_plainly && std::ranges::all_of(text, is_word) && !is_null && !parse_bool(text) && !parse_number(text);
}

std::string text_as_yaml(std::string_view text) {
    if (is_plain(text)) {
        return std::string{text};
    }
    std::string with_marks;
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            with_marks += '\\';
        }
        with_marks += c;
    }
    // The escapes of messages are YAML's too.
    return '"' + escaped(with_marks) + '"';
}

class YamlWriter final : public OptionVisitor {
public:
    [[nodiscard]] std::string take() { return text_.empty() ? "{}\n" : std::move(text_); }

    void option(std::string_view key, double& value, const OptionInfo& info) override {
        line(key, number_text(value), info);
    }
    void option(std::string_view key, std::int64_t& value, const OptionInfo& info) override {
        line(key, std::to_string(value), info);
    }
    void option(std::string_view key, bool& value, const OptionInfo& info) override {
        line(key, value ? "true" : "false", info);
    }
    void option(std::string_view key, std::string& value, const OptionInfo& info) override {
        line(key, text_as_yaml(value), info);
    }
    void option(std::string_view key, std::vector<std::int64_t>& value, const OptionInfo& info) override {
        line(key, fmt::format("[{}]", fmt::join(value, ", ")), info);
    }
    void option(std::string_view key, std::vector<double>& value, const OptionInfo& info) override {
        std::vector<std::string> numbers;
        std::ranges::transform(value, std::back_inserter(numbers), number_text);
        line(key, fmt::format("[{}]", joined(numbers)), info);
    }
    void choice(std::string_view key, int& value, const std::vector<Choice>& choices, const OptionInfo& info) override {
        line(key, text_as_yaml(choice_name(choices, value)), info);
    }

    void kind_beside(std::string_view key, KindChoice& kinds, const OptionInfo& info) override {
        line(key, text_as_yaml(kinds.word(kinds.chosen())), info);
        kinds.declare_options(*this);
    }

    void section(std::string_view key, const OptionInfo&, const std::function<void()>& declare_members) override {
        const std::size_t before = start_line(key);
        indent_ += 2;
        declare_members();
        indent_ -= 2;
        close_if_empty(before, " {}\n");
    }

    void list(std::string_view key, const OptionInfo&, std::size_t size, const std::function<void(std::size_t)>&,
              const std::function<void(std::size_t)>& declare_element) override {
        const std::size_t before = start_line(key);
        indent_ += 4;
        for (std::size_t i = 0; i < size; ++i) {
            starts_element_ = true;
            declare_element(i);
            if (starts_element_) {
                text_ += std::string(indent_ - 2, ' ') + "- {}\n";
                starts_element_ = false;
            }
        }
        indent_ -= 4;
        close_if_empty(before, " []\n");
    }

private:
    /// Writes "key:" and a line end; returns the length of the text then.
    std::size_t start_line(std::string_view key) {
        text_ += starts_element_ ? std::string(indent_ - 2, ' ') + "- " : std::string(indent_, ' ');
        starts_element_ = false;
        text_ += key;
        text_ += ":\n";
        return text_.size();
    }
    /// Writes nothing of an option that is not used.
    void line(std::string_view key, std::string_view value, const OptionInfo& info) {
        if (!info.only_with.holds) {
            return;
        }
        start_line(key);
        text_.back() = ' ';
        text_ += value;
        text_ += '\n';
    }
    void close_if_empty(std::size_t before, std::string_view empty) {
        if (text_.size() == before) {
            text_.pop_back();
            text_ += empty;
        }
    }

    std::string text_;
    std::size_t indent_ = 0;
    bool starts_element_ = false;  ///< the next line is the first of a list's element
};

}  // namespace

std::string to_yaml(const DeclareOptions& declare) {
    YamlWriter writer;
    declare(writer);
    return writer.take();
}

}  // namespace mlaasim::sim
